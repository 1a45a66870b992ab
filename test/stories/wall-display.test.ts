/** Wall displays that start while a building lives: each is right at once, and stays so (PROTOCOL §22). */
import { emptyState, fold, type SystemState, type TopicName } from "@doorstream/contract"
import { demoBuilding, openSimulation } from "@doorstream/simulator"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { listenRawAfter, type CursorListening, type Told } from "../support/cursors.js"
import { clientId, clientSecret, doorReport, openHouse, systemId, type House } from "../support/house.js"
import { pull, type PulledEvent } from "../support/pulling.js"
import { bare, foldedBy, readState } from "../support/states.js"
import { ways, type WayListening } from "../support/ways.js"

let house: House
beforeEach(async () => (house = await openHouse({ options: { syncQuiet: 20, drainWithin: 200 } })))
afterEach(() => house.close())

const lifetime = 300_000

/** All that a state is told by. */
const known = ["device.*", "cloudnode.*", "sync.*"]

/** What a display has to hear last: everything before it was heard by then. */
async function mark(): Promise<number> {
  const report = doorReport("device.forceclose.on")
  await house.report([report, doorReport("device.forceclose.off")])
  return report.occurred
}

const hasHeard = (all: readonly Told[], marked: number): boolean =>
  all.at(-1)?.name === "device.forceclose.off" && all.at(-2)?.body["occurred"] === marked

describe("A wall display that starts while a virtual building lives", () => {
  it("is right at once, and what it folds of the changes is the server's state later", async () => {
    const stop = new AbortController()
    const account = { url: house.url, clientId, clientSecret, systemId }
    const simulation = await openSimulation({
      ...account,
      seed: 7,
      speed: 200,
      signal: stop.signal,
    })
    const running = simulation.run()
    const displays: WayListening[] = []
    for (const { connect } of ways) {
      const display = await connect(house.url, await house.token(), { topics: known, state: true })
      displays.push(display)
      await display.heard.until(
        (all) => all.filter(({ name }) => name.startsWith("device.input.")).length > 5,
      )
    }
    stop.abort()
    await running.catch(() => undefined)
    const marked = await mark()
    for (const { heard } of displays) {
      await heard.until((all) => hasHeard(all, marked))
      expect(heard.all[0]!.name).toBe("stream.state")
    }
    const { doors, cloudNodes } = bare(await readState(house.url, await house.token()))
    expect(cloudNodes.some(({ connected }) => connected !== null)).toBe(true)
    for (const { heard, close } of displays) {
      expect(foldedBy(heard.all)).toEqual({ doors, cloudNodes })
      close()
    }
  })
})

/** A display that keeps what it was told, comes back with its newest cursor, and renews. */
class Display {
  readonly #told: Told[] = []
  #listening: CursorListening | undefined

  async connect(): Promise<void> {
    const after = this.all.findLast(({ cursor }) => cursor !== undefined)?.cursor
    const begin = after === undefined ? { state: true } : { after }
    const asking = { topics: known, cursors: true, ...begin }
    this.#listening = await listenRawAfter(house.url, `token=${await house.token()}`, asking)
  }

  get all(): readonly Told[] {
    const told = [...this.#told, ...(this.#listening?.heard.all ?? [])]
    return told.filter(({ name }) => name !== "invalidToken")
  }

  leave(): void {
    this.#told.push(...(this.#listening?.heard.all ?? []))
    this.#listening?.close()
    this.#listening = undefined
  }

  renew(token: string): void {
    this.#listening?.renew(token)
  }

  async hears(marked: number): Promise<void> {
    await this.#listening!.heard.until(() => hasHeard(this.all, marked))
  }
}

/** The fold of all that the log has, from its very beginning. */
async function foldOfLog(): Promise<SystemState> {
  const events: PulledEvent[] = []
  const token = await house.token()
  for (let after = "earliest"; ;) {
    const answer = await pull(house.url, token, { topics: "*", after, limit: 1000 })
    if (answer.events.length === 0) break
    events.push(...answer.events)
    after = answer.cursor
  }
  return events.reduce<SystemState>(
    (state, { topic, event }) => fold(state, topic as TopicName, event),
    emptyState,
  )
}

const topics: readonly TopicName[] = [
  "device.input.dps.opened",
  "device.input.dps.closed",
  "device.input.relay.on",
  "device.input.relay.off",
  "device.alarm.forced",
  "device.alarm.forced.cleared",
  "device.request.unknown",
]
const happenings = fc.array(
  fc.record({ topic: fc.constantFrom(...topics), door: fc.nat({ max: demoBuilding.devices.length - 1 }) }),
  { minLength: 1, maxLength: 12 },
)
const steps = fc.oneof(
  { weight: 5, arbitrary: happenings },
  { weight: 2, arbitrary: fc.constant("display" as const) },
  { weight: 1, arbitrary: fc.constantFrom("cut", "lapse", "restart" as const) },
)

/** Each display knows what the server does, and what the whole log makes of nothing; it heard all in order, once. */
async function judge(displays: readonly Display[]): Promise<void> {
  const marked = await mark()
  const folded = bare(await foldOfLog()).doors
  const state = bare(await readState(house.url, await house.token()))
  const told = state.doors.filter(({ since }) => Object.keys(since).length > 0)
  expect(told).toEqual(folded)
  for (const display of displays) {
    await display.hears(marked)
    expect(foldedBy(display.all)).toEqual(state)
    const positions = display.all.map(({ cursor }) => parseInt(cursor!.split(".")[2]!, 36))
    expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b))
    display.leave()
  }
}

describe("A state with the changes after it", () => {
  it("is the fold of the whole log, whatever cuts, lapses and restarts come between", async () => {
    const play = async (all: readonly (typeof steps extends fc.Arbitrary<infer S> ? S : never)[]) => {
      const displays: Display[] = []
      const underway: Promise<unknown>[] = []
      const begin = async (): Promise<void> => {
        const display = new Display()
        displays.push(display)
        await display.connect()
      }
      for (const each of [...all, "display"]) {
        if (each === "display") await begin()
        else if (each === "cut" || each === "restart") {
          for (const display of displays) display.leave()
          if (each === "restart") await house.restart()
          for (const display of displays) await display.connect()
        } else if (each === "lapse") {
          house.advance(lifetime + 1)
          await house.report(doorReport("device.input.rex.on"))
          const token = await house.token()
          for (const display of displays) display.renew(token)
        } else if (typeof each === "object") {
          const reports = each.map(({ topic, door }) =>
            doorReport(topic, { deviceId: demoBuilding.devices[door]!.id }),
          )
          // Displays come and go while it is on its way.
          underway.push(house.report(reports).catch(() => undefined))
        }
      }
      await Promise.all(underway)
      await judge(displays)
    }
    await fc.assert(fc.asyncProperty(fc.array(steps, { maxLength: 14 }), play), { numRuns: 12 })
  })
})
