import { describe, expect, it } from "vitest"
import type { Trouble } from "./errors.js"
import { Listening, type Told } from "./listening.js"
import type { ListenSettings } from "./options.js"
import { ScriptedWorld, stream, tokenOf, type SpokenStream } from "./scripted.suite.js"

const settings = { url: "http://door.test", systemId: "s", token: "t" }

const listenIn = (world: ScriptedWorld, more: Partial<ListenSettings> = {}): Listening<Told> =>
  new Listening(world, { ...settings, ...more }, ["device.*"])

/** The cursors of the next events. */
async function take(listening: Listening<Told>, count: number): Promise<(string | undefined)[]> {
  const events = listening[Symbol.asyncIterator]()
  const taken: (string | undefined)[] = []
  while (taken.length < count) {
    const { done, value } = await events.next()
    if (done === true) break
    taken.push(value.cursor)
  }
  return taken
}

const opened = "device.input.dps.opened"

/** A stream with so many events, from one on. */
const events = (from: number, to: number, on: SpokenStream = stream().begin("c0")): SpokenStream => {
  for (let at = from; at <= to; at += 1) on.event(opened, `c${at}`, { body: { at } })
  return on
}

describe("A loop that listens", () => {
  it("asks for its topics with its token, and hears each event with its cursor", async () => {
    const world = new ScriptedWorld(events(1, 2))
    const listening = listenIn(world, { after: { last: 5 }, filter: { devices: ["d", "e"] } })
    const { value } = await listening[Symbol.asyncIterator]().next()
    expect(value).toEqual({ topic: opened, body: { at: 1 }, cursor: "c1", event: { body: { at: 1 } } })
    const { url, headers } = world.asked[0]!
    expect(url.href).toBe("http://door.test/s/stream?topics=device.*&device=d&device=e&after=last%3A5")
    expect(headers.get("authorization")).toBe("Bearer t")
    expect(headers.get("last-event-id")).toBeNull()
  })

  it("reads on after what it had, on another stream, when one breaks or ends", async () => {
    const world = new ScriptedWorld(
      events(1, 2).end(),
      events(3, 3, stream().begin("c2")).break(),
      events(4, 4),
    )
    const listening = listenIn(world, {
      after: "earliest",
      onTrouble: ({ retryIn }) => queueMicrotask(() => world.elapse(retryIn!)),
    })
    // The fake tells of an error before what stands in front of it, as networks do.
    expect(await take(listening, 3)).toEqual(["c1", "c2", "c4"])
    expect(world.asked.map(({ headers }) => headers.get("last-event-id"))).toEqual([null, "c2", "c2"])
    expect(world.asked[1]!.url.searchParams.has("after")).toBe(false)
  })

  it("drops an event that comes twice in a row", async () => {
    const world = new ScriptedWorld(events(2, 2, events(1, 2)).event(opened, "c3"))
    expect(await take(listenIn(world), 3)).toEqual(["c1", "c2", "c3"])
  })

  it("waits for longer each time, and from the beginning again once it has heard something", async () => {
    const broken = (): SpokenStream => stream().begin("c0").end()
    const world = new ScriptedWorld(broken(), broken(), broken(), events(1, 1).end(), broken())
    const pauses: number[] = []
    const listening = listenIn(world, {
      onTrouble: ({ retryIn }) => {
        pauses.push(retryIn!)
        queueMicrotask(() => world.elapse(retryIn!))
      },
    })
    void take(listening, 2)
    await world.untilAsked(6)
    expect(pauses).toEqual([375, 750, 1500, 375, 750])
    listening.close()
  })

  it("knows a dead connection by its silence, from the moment that it asks", async () => {
    const troubles: Trouble[] = []
    const dead = stream().begin("c0")
    const world = new ScriptedWorld(dead, events(1, 1))
    const listening = listenIn(world, {
      heartbeat: 1000,
      onTrouble: (trouble) => {
        troubles.push(trouble)
        queueMicrotask(() => world.elapse(trouble.retryIn!))
      },
    })
    const taking = take(listening, 1)
    await world.untilAsked(1)
    // So that it waits for its first event.
    await new Promise(setImmediate)
    world.elapse(2499)
    expect(dead.isLeft).toBe(false)
    world.elapse(1)
    expect(await taking).toEqual(["c1"])
    expect(troubles.map(({ error }) => error.code)).toEqual(["silent"])
  })

  it("goes on from what a pulse told, however quiet it was", async () => {
    const world = new ScriptedWorld(stream().begin("c0").say("id: c8\n:\n\n").end(), events(9, 9))
    const listening = listenIn(world, {
      onTrouble: ({ retryIn }) => queueMicrotask(() => world.elapse(retryIn!)),
    })
    expect(await take(listening, 1)).toEqual(["c9"])
    expect(world.asked[1]!.headers.get("last-event-id")).toBe("c8")
  })
})

describe("A gap", () => {
  const gap = { from: 1, to: 3, count: 3, reason: "retention" }
  const gone = (): SpokenStream => stream().begin("c3").event("stream.gap", "c3", gap)

  it("is told beside the loop, in its place", async () => {
    const told: unknown[] = []
    const listening = listenIn(new ScriptedWorld(events(4, 4, gone())), {
      after: "c0",
      onGap: ({ body }) => told.push(body),
    })
    expect(await take(listening, 1)).toEqual(["c4"])
    expect(told).toEqual([gap])
  })

  it("comes in the loop where that is asked for", async () => {
    const listening = listenIn(new ScriptedWorld(events(4, 4, gone())), { after: "c0", gaps: "yield" })
    const { value } = await listening[Symbol.asyncIterator]().next()
    expect(value).toEqual({ topic: "stream.gap", body: gap, cursor: "c3", event: gap })
    expect(await take(listening, 1)).toEqual(["c4"])
  })

  it("is written where nobody asked to be told", async () => {
    const world = new ScriptedWorld(events(4, 4, gone()))
    await take(listenIn(world, { after: "c0" }), 1)
    expect(world.warnings).toEqual([
      `Doorstream: Events are gone that were not heard: ${JSON.stringify(gap)} (gap)`,
    ])
  })

  it("is not lost by a stream that breaks before it was told", async () => {
    const world = new ScriptedWorld(stream().begin("c3").end(), events(4, 4, gone()))
    const told: unknown[] = []
    const listening = listenIn(world, {
      after: "c0",
      onGap: ({ body }) => told.push(body),
      onTrouble: ({ retryIn }) => queueMicrotask(() => world.elapse(retryIn!)),
    })
    await take(listening, 1)
    expect(world.asked[1]!.url.searchParams.get("after")).toBe("c0")
    expect(told).toEqual([gap])
  })
})

describe("A state", () => {
  const state = (lock: string): object => ({
    cursor: "c0",
    time: 1,
    doors: [{ id: "d", dps: lock }],
    cloudNodes: [],
  })

  it("comes first, and is kept current by what is heard", async () => {
    const device = { id: "d", name: "D", connection: "k", port: 1 }
    const event = {
      body: { deviceId: "d", device },
      cloudNode: { id: "n", serialNumber: "1", name: "N" },
      occurred: 5,
    }
    const world = new ScriptedWorld(
      stream().begin("c0").event("stream.state", "c0", state("closed")).event(opened, "c1", event),
    )
    const listening = listenIn(world, { state: true })
    expect(await take(listening, 1)).toEqual(["c0"])
    expect(world.asked[0]!.url.searchParams.get("state")).toBe("true")
    expect(listening.state!.doors[0]!.dps).toBe("closed")
    await take(listening, 1)
    expect(listening.state!.doors[0]!.dps).toBe("open")
  })

  it("is not asked for again by who reads on, and is after a gap", async () => {
    const world = new ScriptedWorld(
      stream().begin("c0").event("stream.state", "c0", state("closed")).end(),
      stream().begin("c9").event("stream.gap", "c9", { from: 1, to: 9, count: 9, reason: "retention" }),
      stream().begin("c9").event("stream.state", "c9", state("open")),
    )
    const listening = listenIn(world, {
      state: true,
      onGap: () => undefined,
      onTrouble: ({ retryIn }) => queueMicrotask(() => world.elapse(retryIn!)),
    })
    expect(await take(listening, 2)).toEqual(["c0", "c9"])
    expect(world.asked.map(({ url }) => url.searchParams.get("state"))).toEqual(["true", null, "true"])
    expect(world.asked.map(({ headers }) => headers.get("last-event-id"))).toEqual([null, "c0", null])
    expect(listening.state!.doors[0]!.dps).toBe("open")
  })
})

describe("A token", () => {
  // Five minutes off, in both directions: by the clock here the one is expired, and the other not good yet.
  it.each([-300, 0, 300])("is renewed ahead of its end by a clock that is %s seconds off", async (off) => {
    const now = Math.floor(Date.now() / 1000) + off
    const tokens = [tokenOf(now, now + 100), tokenOf(now + 75, now + 175)]
    const first = events(1, 1)
    const world = new ScriptedWorld(first, events(2, 2, stream().begin("c1")))
    const listening = listenIn(world, { token: () => tokens.shift()!, heartbeat: 100_000 })
    await take(listening, 1)
    const taking = take(listening, 1)
    world.elapse(74_999)
    expect(first.isLeft).toBe(false)
    world.elapse(1)
    expect(await taking).toEqual(["c2"])
    expect(first.isLeft).toBe(true)
    expect(world.asked[1]!.headers.get("last-event-id")).toBe("c1")
    expect(tokens).toEqual([])
  })

  it("that lapses is replaced at once, and what met it comes then", async () => {
    const tokens = ["a", "b"]
    const first = events(1, 1).event("invalidToken", undefined, { reason: "token_expired", expiredAt: 1 })
    const world = new ScriptedWorld(first, events(2, 2, stream().begin("c1")))
    const listening = listenIn(world, { token: () => tokens.shift()! })
    expect(await take(listening, 2)).toEqual(["c1", "c2"])
    expect(world.asked[1]!.headers.get("authorization")).toBe("Bearer b")
    expect(first.isLeft).toBe(true)
  })
})

describe("Whoever leaves the loop", () => {
  it("by break leaves nothing behind: no stream, no timer", async () => {
    const only = events(1, 2)
    const world = new ScriptedWorld(only)
    for await (const event of listenIn(world, { token: () => tokenOf(0, 100) })) {
      expect(event.cursor).toBe("c1")
      break
    }
    expect(only.isLeft).toBe(true)
    expect(world.timers).toBe(0)
  })

  it("by its signal hears no more, and the loop ends by itself", async () => {
    const leaving = new AbortController()
    const world = new ScriptedWorld(events(1, 5))
    const heard: unknown[] = []
    for await (const { cursor } of listenIn(world, { signal: leaving.signal })) {
      heard.push(cursor)
      if (heard.length === 2) leaving.abort()
    }
    expect(heard).toEqual(["c1", "c2"])
    expect(world.timers).toBe(0)
  })

  it("before it began asks for nothing", async () => {
    const world = new ScriptedWorld(events(1, 1))
    expect(await take(listenIn(world, { signal: AbortSignal.abort() }), 1)).toEqual([])
    expect(world.asked).toEqual([])
  })

  it.each(["the server", "an event", "a token", "the store", "another try"])(
    "while it waits for %s ends at once",
    async (what) => {
      const leaving = new AbortController()
      const never = new Promise<never>(() => undefined)
      let isWaiting = (): void => undefined
      const waiting = new Promise<void>((resolve) => (isWaiting = resolve))
      const wait = (): Promise<never> => {
        isWaiting()
        return never
      }
      const first = { "an event": stream().begin("c0"), "another try": stream().begin("c0").end() }
      const world = what in first ? new ScriptedWorld(first[what as keyof typeof first]) : new ScriptedWorld()
      const listening = listenIn(world, {
        signal: leaving.signal,
        ...(what === "a token" && { token: wait }),
        ...(what === "the store" && { store: { load: wait, save: wait } }),
        ...(what === "another try" && { onTrouble: isWaiting }),
      })
      const taking = take(listening, 1)
      if (what === "the server" || what === "an event") await world.untilAsked(1)
      else await waiting
      leaving.abort()
      expect(await taking).toEqual([])
      expect(world.timers).toBe(0)
    },
  )
})
