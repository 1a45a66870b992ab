/** Telling the audit of what changes nothing: many at once in few writes, each on disk when it is told. */
import { describe, expect, it } from "vitest"
import type { Audited } from "../core/audit.js"
import type { Decided, Registry } from "../core/ports.js"
import { openTrail } from "./trail.js"

const tell = (id: number): Audited => ({
  at: id,
  by: { id: "wall", name: "The wall", from: "192.0.2.7" },
  deeds: [{ what: "device.open", id: `${id}` }],
})

/** A disk that writes when a test says so. */
function openDisk() {
  const writes: number[][] = []
  const ending: { kept: () => void; failed: (fault: Error) => void }[] = []
  let turns: Promise<unknown> = Promise.resolve()
  const change: Registry["change"] = (decide) => {
    const turn = turns.then(async () => {
      const { audit = [], answer } = decide() as Decided<never>
      writes.push(audit.map(({ at }) => at))
      await new Promise<void>((kept, failed) => ending.push({ kept, failed }))
      return answer
    })
    turns = Promise.allSettled([turn])
    return turn
  }
  const until = async (count: number): Promise<(typeof ending)[number]> => {
    while (ending.length < count) await new Promise((resolve) => setImmediate(resolve))
    return ending[count - 1]!
  }
  return { change, writes, until }
}

const faults: unknown[] = []
const fault = (failure: unknown): void => void faults.push(failure)

describe("The trail", () => {
  it("is on disk when it is told, and tells all that waits in one write", async () => {
    const disk = openDisk()
    const trail = openTrail({ registry: disk, fault })
    const order: string[] = []
    const first = trail(tell(1)).then(() => order.push("told 1"))
    const { kept } = await disk.until(1)
    const others = [2, 3, 4].map((id) => trail(tell(id)).then(() => order.push(`told ${id}`)))
    order.push("kept 1")
    kept()
    await first
    const second = await disk.until(2)
    order.push("kept the others")
    second.kept()
    await Promise.all(others)
    expect(disk.writes).toEqual([[1], [2, 3, 4]])
    expect(order).toEqual(["kept 1", "told 1", "kept the others", "told 2", "told 3", "told 4"])
  })

  it("tells no more than a thousand in one write", async () => {
    const disk = openDisk()
    const trail = openTrail({ registry: disk, fault })
    const all = Array.from({ length: 1001 }, (_, id) => trail(tell(id)))
    for (const count of [1, 2]) (await disk.until(count)).kept()
    expect(await Promise.all(all)).toEqual(all.map(() => undefined))
    expect(disk.writes.map(({ length }) => length)).toEqual([1000, 1])
  })

  it("says why to each that could not be told, once in the log, and goes on", async () => {
    const disk = openDisk()
    const trail = openTrail({ registry: disk, fault })
    const lost = [trail(tell(1)), trail(tell(2))]
    const failure = new Error("no space left")
    ;(await disk.until(1)).failed(failure)
    for (const each of lost) expect(await each).toMatchObject({ code: "storage_fault" })
    expect(faults).toEqual([failure])
    const next = trail(tell(3))
    ;(await disk.until(2)).kept()
    expect(await next).toBeUndefined()
    expect(disk.writes).toEqual([[1, 2], [3]])
  })
})
