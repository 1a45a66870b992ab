import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { openExpiries, type ExpiryListener } from "./expiries.js"

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }))
afterEach(() => void vi.useRealTimers())

let now = 0

/** Lets time pass, and then everybody have their turns. */
async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 250) {
    now += Math.min(250, left)
    vi.advanceTimersByTime(Math.min(250, left))
  }
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}

class Ear implements ExpiryListener {
  heard = 0
  hearExpiring(): void {
    this.heard += 1
  }
}

describe("The expiries of a system's tokens", () => {
  it("are told by one timer, each in its time and once, to however many there are", async () => {
    const expiries = openExpiries(() => now)
    const ears = Array.from({ length: 10_000 }, () => new Ear())
    const from = now
    for (const [n, ear] of ears.entries()) expiries.join(ear, from + 1000 + (n % 2) * 5000)
    expect(vi.getTimerCount()).toBe(1)
    await pass(750)
    expect(ears.some(({ heard }) => heard > 0)).toBe(false)
    await pass(500)
    expect(ears.every(({ heard }, n) => heard === 1 - (n % 2))).toBe(true)
    await pass(6000)
    expect(ears.every(({ heard }) => heard === 1)).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it("are told at the time that was said last, and to nobody who has left", async () => {
    const expiries = openExpiries(() => now)
    const [moved, gone] = [new Ear(), new Ear()]
    expiries.join(moved, now + 500)
    expiries.join(gone, now + 500)
    expiries.join(moved, now + 2000)
    expiries.leave(gone)
    await pass(1000)
    expect([moved.heard, gone.heard]).toEqual([0, 0])
    await pass(1250)
    expect([moved.heard, gone.heard]).toEqual([1, 0])
    expect(vi.getTimerCount()).toBe(0)
  })
})
