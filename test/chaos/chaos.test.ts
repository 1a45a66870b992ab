/**
 * Listeners of all kinds under a hostile network, with tokens of three seconds, and a server that is killed meanwhile:
 * with a cursor or a name, each hears every event of its topics, in the log's order. PROTOCOL §20.
 */
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createChance, type Chance } from "../../packages/simulator/src/building/chance.js"
import { whyNoBrowser } from "../support/browser.js"
import { PageInChaos } from "./by-page.js"
import { gather, plainWays, safeWays } from "./crowd.js"
import { judge } from "./judge.js"
import type { Listener } from "./listener.js"
import { openNetwork, type HostileNetwork } from "./network.js"
import { topics, Victim, type Kept } from "./victim.js"

const isSoak = process.env["DOORSTREAM_SOAK"] === "1"
const seed = Number(process.env["DOORSTREAM_SEED"] ?? 2026)
const [size, batches, every] = isSoak ? ([200, 400, [1000, 6000]] as const) : ([24, 60, [500, 3000]] as const)

/** How long everybody has to hear the rest once the network is calm, in milliseconds: a busy machine takes its time. */
const patience = isSoak ? 240_000 : 40_000

interface Story {
  readonly victim: Victim
  readonly network: HostileNetwork
  readonly chance: Chance
}

/** Reports now and then, while the server is killed, restarted as one plans to, and killed again. */
async function live({ victim, chance }: Story): Promise<void> {
  const tokens = victim.tokens()
  await tokens.fresh()
  const ends = new Map([
    [Math.floor(batches / 4), () => victim.kill()],
    [Math.floor(batches / 2), () => victim.restart()],
    [Math.floor((batches * 3) / 4), () => victim.kill()],
  ])
  let ended: Promise<unknown> = Promise.resolve()
  for (let batch = 0; batch < batches; batch += 1) {
    ended = ends.get(batch)?.() ?? ended
    await victim.report(chance, tokens)
    if (isSoak && batch % 50 === 0) console.log(`${batch} of ${batches} reported`)
    // The pace of a building, not a wait for anything.
    await pause(chance.between(20, 200))
  }
  await ended
}

/** What each should have heard: names of the log, by topic. */
function namesOf(rows: readonly Kept[], wanted: readonly string[]): string[] {
  return rows.filter(({ topic }) => wanted.includes(topic)).map(({ name }) => name)
}

/** Resolves when everybody has heard the last of the log; or after a while, so that it can be said who has not. */
async function untilAllHeard(listeners: readonly Listener[], rows: readonly Kept[]): Promise<void> {
  const ends = listeners.map(async ({ ear }) => {
    const last = namesOf(rows, ear.calling.topics).at(-1)!
    await ear.heard.until((all) => all.includes(last))
  })
  const given = new AbortController()
  await Promise.race([Promise.all(ends), pause(patience, undefined, { signal: given.signal })])
  given.abort()
}

/** How each way of listening fared, a line each. */
function tell(listeners: readonly Listener[]): void {
  const wayOf = ({ kind, ear }: Listener): string => `${kind}, ${ear.calling.keeps}`
  for (const way of new Set(listeners.map(wayOf))) {
    const some = listeners.filter((each) => wayOf(each) === way)
    const hearing = some.flatMap(({ ear }) => ear.hearing)
    const heard = some.reduce((sum, { ear }) => sum + ear.heard.all.length, 0)
    const apart = some.reduce((sum, { ear }) => sum + new Set(ear.heard.all).size, 0)
    const positions = some.reduce((sum, { ear }) => sum + ear.positions, 0)
    console.log(
      `${way}: ${hearing.length} connections, ${heard} heard, ${heard - apart} again, ${positions} positions`,
    )
  }
}

/** A listener in a page, with the client of our own, which hears all. */
async function listenIn(page: PageInChaos, url: string, { victim }: Story): Promise<Listener> {
  const tokens = victim.tokens()
  const calling = {
    url,
    topics,
    keeps: "cursors",
    name: "",
    wantsPosition: false,
    tokens,
    away: () => 0,
  } as const
  return page.listen(calling)
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
  let inPage: readonly Listener[] = []
  let rows: readonly Kept[]
  let page: PageInChaos | undefined

  beforeAll(async () => {
    page = whyNoBrowser === undefined ? await PageInChaos.open() : undefined
    const victim = await Victim.start(page === undefined ? [] : [page.pages.origin])
    const network = await openNetwork(() => victim.port, seed, every)
    story = { victim, network, chance: createChance(seed) }
    const calling = { ...story, url: network.url }
    safe = await gather(size, safeWays, calling)
    plain = await gather(5, plainWays, calling)
    if (page !== undefined) inPage = [await listenIn(page, network.url, story)]
    if (isSoak) console.log(`${safe.length + plain.length} have subscribed`)
    network.rage()
    await live(story)
    network.calm()
    rows = await victim.readLog()
    await untilAllHeard([...safe, ...inPage], rows)
    if (isSoak) tell([...safe, ...inPage, ...plain])
  }, 1_200_000)
  afterAll(async () => {
    for (const { close } of [...safe, ...inPage, ...plain]) close()
    await page?.close()
    await story.network.close()
    await story.victim.close()
  })

  it("each listener with a cursor hears every event of its topics once, in the log's order", () => {
    const wrong = safe
      .filter(({ ear }) => ear.calling.keeps === "cursors")
      .flatMap((each) => wrongIn(each, rows))
    expect(wrong).toEqual([])
  })

  it("a loop in a page of a real browser hears every event once, in the log's order", ({ skip }) => {
    // Whoever has no browser is told by the test of browsers what to install.
    if (whyNoBrowser !== undefined) skip(whyNoBrowser)
    expect(inPage.length).toBe(1)
    expect(inPage.flatMap((each) => wrongIn(each, rows))).toEqual([])
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

  it("is read by pull as it stands in the log", async () => {
    expect(await story.victim.pull()).toEqual(
      rows.filter(({ topic }) => (topics as readonly string[]).includes(topic)),
    )
  })
})
