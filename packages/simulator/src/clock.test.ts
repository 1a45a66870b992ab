import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { openBuilding } from "./building/building.js"
import { reportsOf, type Sending } from "./building/lines.js"
import { createClock, type ClockOptions, type Pace } from "./clock.js"
import { demoBuilding } from "./demo-building.js"

const from = Date.parse("2026-11-23T08:00:00.000Z")
const minute = 60_000

const open = () => openBuilding({ plan: demoBuilding, seed: 7, run: "run", from })

/** A real time that passes only when somebody sleeps or works, and a clock in it. */
function setUp(particular: Partial<ClockOptions> = {}) {
  let real = 5_000
  const stop = new AbortController()
  const sent: Sending[] = []
  const paces: Pace[] = []
  const building = open()
  const options: ClockOptions = {
    building,
    from,
    speed: 1,
    signal: stop.signal,
    take: (some) => void sent.push(...some),
    onPace: (pace) => void paces.push(pace),
    now: () => real,
    sleep: async (milliseconds) => void (real += milliseconds),
    ...particular,
  }
  const passes = (milliseconds: number): void => void (real += milliseconds)
  return { clock: createClock(options), building, sent, paces, stop, passes, now: () => real }
}

const tenMinutes = open().advance(from + 10 * minute)

describe("A clock", () => {
  it.each([1, 60, 100_000, "max"] as const)("lets the same happen at speed %s", async (speed) => {
    const { clock, sent, paces, now } = setUp({ speed, until: from + 10 * minute })
    await clock.run()
    expect(sent).toEqual(tenMinutes)
    expect(paces).toEqual([])
    const expected = speed === "max" ? 0 : (10 * minute) / speed
    expect(now() - 5_000).toBeGreaterThanOrEqual(expected)
    expect(now() - 5_000).toBeLessThan(expected + 2_000)
  })

  it("hands nothing over before its time", async () => {
    const reports: number[] = []
    const { clock, now } = setUp({
      speed: 60,
      until: from + 10 * minute,
      take: (some) => {
        for (const { occurred } of reportsOf(some)) reports.push((now() - 5_000) * 60 - (occurred - from))
      },
    })
    await clock.run()
    expect(Math.min(...reports)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...reports)).toBeLessThanOrEqual(120)
  })

  it("goes slower where whoever takes it cannot follow, says so once, and loses nothing", async () => {
    const sent: Sending[] = []
    const set: ReturnType<typeof setUp> = setUp({
      speed: 60,
      until: from + 10 * minute,
      take: async (some) => {
        set.passes(800)
        sent.push(...some)
      },
    })
    await set.clock.run()
    expect(sent).toEqual(tenMinutes)
    expect(set.now() - 5_000).toBeGreaterThan((10 * minute) / 60)
  })

  it("says when it lags, how fast it went, and when it is well again", async () => {
    const sent: Sending[] = []
    const set: ReturnType<typeof setUp> = setUp({
      speed: 60,
      until: from + 40 * minute,
      take: (some) => {
        if (sent.length < 300) set.passes(3_000)
        sent.push(...some)
      },
    })
    await set.clock.run()
    expect(sent).toEqual(open().advance(from + 40 * minute))
    expect(set.paces.map(({ lags }) => lags)).toEqual([true, false])
    expect(set.paces[0]?.reached).toBeLessThan(60)
    // What was lost is not made up for in a rush.
    expect(set.now() - 5_000).toBeGreaterThan(60_000)
    expect(set.paces[1]?.reached).toBeGreaterThan(50)
  })

  it("waits with everything for whoever takes: never two batches at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 60, "max" as const), async (speed) => {
        let taking = 0
        const { clock } = setUp({
          speed,
          until: from + 5 * minute,
          take: async () => {
            expect(++taking).toBe(1)
            await Promise.resolve()
            taking--
          },
        })
        await clock.run()
      }),
      { numRuns: 6 },
    )
  })

  it("does what it is told in between, at that moment", async () => {
    const { id } = demoBuilding.devices[0] as (typeof demoBuilding.devices)[0]
    const { clock, building, sent } = setUp({ speed: 60, until: from + 2 * minute })
    const done = clock.do((at) =>
      building.act(id, { does: "input", input: { kind: "forceOpen", on: true } }, at),
    )
    await Promise.all([clock.run(), done])
    expect(reportsOf(sent)[0]).toMatchObject({ topic: "device.forceopen.on", occurred: from })
  })

  it("says what cannot be done, and that it is too late, and goes on", async () => {
    const { clock, building, sent } = setUp({ until: from + minute })
    const input = { does: "input", input: { kind: "locks" } } as const
    const nowhere = clock.do((at) => building.act("nowhere", input, at))
    await Promise.all([expect(nowhere).rejects.toThrow("There is no door nowhere"), clock.run()])
    expect(sent.length).toBeGreaterThan(10)
    await expect(clock.do(() => [])).rejects.toThrow("has ended")
  })

  it.each([60 * minute, -60 * minute])(
    "goes on where it was after the world's clock has jumped by %s ms",
    async (jump) => {
      let jumped = 0
      const set: ReturnType<typeof setUp> = setUp({
        world: () => from + set.now() - 5_000 + jumped,
        take: (some) => {
          set.sent.push(...some)
          if (set.sent.length >= 100) jumped = jump
          if (set.sent.length >= 200) set.stop.abort()
        },
      })
      await set.clock.run()
      const jumps = reportsOf(set.sent).map(
        ({ occurred }, index) => occurred - (reportsOf(tenMinutes)[index]?.occurred ?? 0),
      )
      expect(new Set(jumps.slice(0, 100))).toEqual(new Set([0]))
      // It goes on to the millisecond, but for how long the clock rested meanwhile.
      for (const by of jumps.slice(110)) expect(Math.abs(by - jump)).toBeLessThanOrEqual(1)
    },
  )

  it("waits where nothing will happen any more", async () => {
    const set: ReturnType<typeof setUp> = setUp({
      speed: "max",
      building: { nextAt: () => Infinity, advance: () => [] },
      sleep: async () => set.stop.abort(),
    })
    await set.clock.run()
    expect(set.sent).toEqual([])
  })

  it("ends when it is told to", async () => {
    const set: ReturnType<typeof setUp> = setUp({ take: () => set.stop.abort() })
    await set.clock.run()
    expect(set.clock.at()).toBeLessThan(from + minute)
  })

  it("stands still while what was sent is taken, however long that lasts", async () => {
    const taken: [at: number, last: number][] = []
    const set: ReturnType<typeof setUp> = setUp({
      speed: 60,
      until: from + minute,
      take: (some) => {
        set.passes(30_000)
        taken.push([set.clock.at(), reportsOf(some).at(-1)?.occurred ?? 0])
      },
    })
    await set.clock.run()
    expect(taken.length).toBeGreaterThan(0)
    for (const [at, last] of taken) expect(at - last).toBeLessThan(minute)
  })

  it("stands still until its time begins, and once it has ended", async () => {
    const { clock, passes } = setUp({ speed: 60, until: from + minute })
    passes(5_000)
    expect(clock.at()).toBe(from)
    await clock.run()
    passes(5_000)
    expect(clock.at()).toBe(from + minute)
  })

  it("rejects with what whoever takes it rejects with", async () => {
    const { clock } = setUp({
      take: () => {
        throw new Error("The disk is full.")
      },
    })
    await expect(clock.run()).rejects.toThrow("The disk is full.")
  })

  it.each([0, -1, NaN, 100_001])("has no speed of %s", (speed) => {
    expect(() => setUp({ speed })).toThrow(RangeError)
  })
})
