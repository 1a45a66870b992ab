/** What is let in by how much the disk has left, which these tests make up. */
import { beforeEach, describe, expect, it } from "vitest"
import { openSpace, watchSpace, type Plenty, type Space } from "./space.js"

const reserve = 1e9
let free: number
let size: { used: number; reusable: number }
let time: number
let asked: number
let told: Plenty[]
let space: Space
beforeEach(() => {
  free = 3e9
  size = { used: 1e9, reusable: 0 }
  time = 0
  asked = 0
  told = []
  space = openSpace({
    folder: { size: () => size },
    path: "data",
    reserve,
    clock: () => time,
    tell: (plenty) => told.push(plenty),
    askFree: () => {
      asked++
      return Promise.resolve(free)
    },
  })
})

const spend = (bytes: number) => space.spend(bytes, () => Promise.resolve("written"))
const full = expect.objectContaining({ code: "storage_full" })

describe("The disk under a data folder", () => {
  it("is written to as long as the reserve is not touched, and no further", async () => {
    expect(await spend(2e9)).toBe("written")
    free -= 2e9
    expect(await spend(1)).toEqual(full)
    free += 1e6
    expect(await spend(1e6)).toBe("written")
  })

  it("is asked again only after a while, or where little is left", async () => {
    for (let n = 0; n < 10; n++) await spend(1000)
    expect(asked).toBe(1)
    time += 1001
    await spend(1000)
    expect(asked).toBe(2)
    free = reserve + 60e6
    time += 1001
    for (let n = 0; n < 10; n++) await spend(1000)
    expect(asked).toBeGreaterThan(10)
  })

  it("counts what is still being written by others", async () => {
    let finish!: () => void
    const writing = space.spend(1.5e9, () => new Promise<void>((resolve) => (finish = resolve)))
    expect(await spend(1e9)).toEqual(full)
    finish()
    await writing
    expect(await spend(1e9)).toBe("written")
  })

  it("gives back what a write that failed was let in for", async () => {
    const fault = new Error("no")
    await expect(space.spend(2e9, () => Promise.reject(fault))).rejects.toBe(fault)
    expect(await spend(2e9)).toBe("written")
  })

  it("counts half of what is free inside the file, when the reserve itself is already touched", async () => {
    free = 0
    size = { used: 1e9, reusable: 2e6 }
    expect(await spend(1e6)).toBe("written")
    expect(await spend(1.1e6)).toEqual(full)
  })

  it("is told of once from 80 % on, once when it is full, and once when there is room again", async () => {
    const used = async (bytes: number) => {
      size = { used: bytes, reusable: 0 }
      free = reserve + 10e9 - bytes
      return space.look()
    }
    await used(7.9e9)
    expect(told).toEqual([])
    expect(await used(8e9)).toEqual({ used: 8e9, usable: 10e9, reserve })
    await used(9e9)
    await used(7.6e9)
    expect(told).toEqual(["scarce"])
    await used(10e9)
    await used(10e9)
    expect([told, space.plenty()]).toEqual([["scarce", "full"], "full"])
    await used(9e9)
    await used(7.4e9)
    expect(told).toEqual(["scarce", "full", "scarce", "ample"])
  })

  it("is looked at every so often until that is stopped, and each look that failed is told", async () => {
    const fault = new Error("The disk is gone.")
    const faults: unknown[] = []
    await new Promise<void>((resolve) => {
      const stop = watchSpace({ look: () => Promise.reject(fault) }, 1, (one) => {
        if (faults.push(one) < 3) return
        stop()
        resolve()
      })
    })
    expect(faults).toEqual([fault, fault, fault])
  })
})
