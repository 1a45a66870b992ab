import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { StreamPosition } from "@doorstream/contract"
import { openPositions } from "./positions.js"

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }))
afterEach(() => void vi.useRealTimers())

/** Lets time pass, and then everybody have their turns. */
async function pass(milliseconds: number): Promise<void> {
  vi.advanceTimersByTime(milliseconds)
  for (let turns = 0; turns < 8; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}

const tail = { epoch: "this", last: 7 }

class Quiet {
  readonly heard: StreamPosition[] = []
  hearPosition(position: StreamPosition): void {
    this.heard.push(position)
  }
}

describe("The positions of a system's listeners", () => {
  it("are told by one timer to all who want them equally often, however many they are", async () => {
    const positions = openPositions(tail, () => 4711)
    const listeners = Array.from({ length: 1000 }, () => new Quiet())
    for (const listener of listeners) positions.join(listener, 100)
    expect(vi.getTimerCount()).toBe(1)
    await pass(250)
    for (const { heard } of listeners)
      expect(heard).toEqual(Array.from({ length: 2 }, () => ({ cursor: "1.this.7", time: 4711 })))
    for (const listener of listeners) positions.leave(listener)
    expect(vi.getTimerCount()).toBe(0)
  })

  it("are told as often as was asked for last", async () => {
    const positions = openPositions(tail, () => 4711)
    const listener = new Quiet()
    positions.join(listener, 100)
    positions.join(listener, 1000)
    await pass(1000)
    expect(listener.heard).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(1)
    positions.leave(listener)
  })

  it("are the newest at each listener's turn, and not told to who left before it", async () => {
    const moving = { epoch: "this", last: 0 }
    const positions = openPositions(moving, () => 4711)
    const listeners = Array.from({ length: 300 }, () => new Quiet())
    listeners[0]!.hearPosition = () => {
      moving.last = 8
      positions.leave(listeners[299]!)
    }
    for (const listener of listeners) positions.join(listener, 100)
    await pass(100)
    expect(listeners.slice(297).map(({ heard }) => heard.map(({ cursor }) => cursor))).toEqual([
      ["1.this.8"],
      ["1.this.8"],
      [],
    ])
  })
})
