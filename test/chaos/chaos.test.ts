/**
 * Listeners of all kinds under a hostile network, with tokens of three seconds, and a server that is killed meanwhile:
 * with a cursor or a name, each hears every event of its topics, in the log's order. PROTOCOL §20.
 */
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createChance, type Chance } from "../../packages/simulator/src/building/chance.js"
import { gather, plainWays, safeWays } from "./crowd.js"
import { judge } from "./judge.js"
import type { Listener } from "./listener.js"
import { openNetwork, type HostileNetwork } from "./network.js"
import { Victim, type Kept } from "./victim.js"

const isSoak = process.env["DOORSTREAM_SOAK"] === "1"
const seed = Number(process.env["DOORSTREAM_SEED"] ?? 2026)
const [size, batches, every] = isSoak ? ([200, 900, [1000, 6000]] as const) : ([44, 90, [500, 3000]] as const)

/** How long everybody has to hear the rest once the network is calm, in milliseconds. */
const patience = 40_000

interface Story {
  readonly victim: Victim
  readonly network: HostileNetwork
  readonly chance: Chance
}

/** Reports now and then; after a third of it the server is killed, and after two thirds again. */
async function live({ victim, chance }: Story): Promise<void> {
  const tokens = victim.tokens()
  await tokens.fresh()
  const kills = [Math.floor(batches / 3), Math.floor((batches * 2) / 3)]
  let killed: Promise<unknown> = Promise.resolve()
  for (let batch = 0; batch < batches; batch += 1) {
    if (kills.includes(batch)) killed = victim.kill()
    await victim.report(chance, tokens)
    // The pace of a building, not a wait for anything.
    await pause(chance.between(20, 200))
  }
  await killed
}

/** What each should have heard: names of the log, by topic. */
function namesOf(rows: readonly Kept[], wanted: readonly string[]): string[] {
  return rows.filter(({ topic }) => wanted.includes(topic)).map(({ name }) => name)
}

/** Resolves when everybody has heard the last of the log; or after a while, so that it can be said who has not. */
async function untilAllHeard(listeners: readonly Listener[], rows: readonly Kept[]): Promise<void> {
  const ends = listeners.map(({ ear }) => {
    const last = namesOf(rows, ear.calling.topics).at(-1)
    return last === undefined ? undefined : ear.heard.until((all) => all.includes(last))
  })
  const given = new AbortController()
  await Promise.race([Promise.all(ends), pause(patience, undefined, { signal: given.signal })])
  given.abort()
}

/** What is wrong with a hearing, and whose it is; nothing where it is right. */
function wrongIn({ kind, ear }: Listener, rows: readonly Kept[]): object[] {
  const verdict = judge(ear.hearing, namesOf(rows, ear.calling.topics), ear.promised)
  const { troubles } = ear
  const isRight = [...Object.values(verdict), troubles].every(
    ({ length }: readonly unknown[]) => length === 0,
  )
  return isRight
    ? []
    : [{ seed, kind, keeps: ear.calling.keeps, name: ear.calling.name, ...verdict, troubles }]
}

describe("Under a network that cuts, resets, tears, stalls and delays, with a server that is killed twice", () => {
  let story: Story
  let safe: readonly Listener[] = []
  let plain: readonly Listener[] = []
  let rows: readonly Kept[]

  beforeAll(async () => {
    const victim = await Victim.start()
    const network = await openNetwork(() => victim.port, seed, every)
    story = { victim, network, chance: createChance(seed) }
    const calling = { ...story, url: network.url }
    safe = await gather(size, safeWays, calling)
    plain = await gather(10, plainWays, calling)
    network.rage()
    await live(story)
    network.calm()
    rows = await victim.readLog()
    await untilAllHeard(safe, rows)
  }, 600_000)
  afterAll(async () => {
    for (const { close } of [...safe, ...plain]) close()
    await story.network.close()
    await story.victim.close()
  })

  it("each listener with a cursor hears every event of its topics once, in the log's order", () => {
    const wrong = safe
      .filter(({ ear }) => ear.calling.keeps === "cursors")
      .flatMap((each) => wrongIn(each, rows))
    expect(wrong).toEqual([])
  })

  it("each named listener hears every event of its topics in the log's order, and some again after a cut", () => {
    const wrong = safe
      .filter(({ ear }) => ear.calling.keeps === "name")
      .flatMap((each) => wrongIn(each, rows))
    expect(wrong).toEqual([])
  })

  it("befalls every kind of mishap, and costs those their events who have neither", () => {
    for (const count of Object.values(story.network.befallen)) expect(count).toBeGreaterThan(0)
    const lost = plain.flatMap(
      ({ ear }) => judge(ear.hearing, namesOf(rows, ear.calling.topics), "once").lost,
    )
    expect(lost.length).toBeGreaterThan(0)
  })
})
