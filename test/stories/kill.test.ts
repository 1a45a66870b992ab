/**
 * A server that is killed again and again under load: what it acknowledged is in the log, exactly once and where it
 * said, and nobody heard anything that is not. PROTOCOL §9.
 */
import { setImmediate as othersTurn } from "node:timers/promises"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Row } from "../../packages/server/src/core/ports.js"
import { createChance, type Chance } from "../../packages/simulator/src/building/chance.js"
import { openFolder } from "../../packages/server/src/log/embedded/folder.js"
import { embeddedLog } from "../../packages/server/src/log/embedded/log.js"
import {
  allowed,
  cloudNode,
  doorReport,
  requestToken,
  systemId,
  type Outcome,
  type Report,
} from "../support/house.js"
import { clients, Heard } from "../support/listeners.js"
import { startProcess, type ServerProcess } from "../support/server-process.js"

const rounds = process.env["DOORSTREAM_SOAK"] === "1" ? 200 : 12
const reporters = 6
const topics = ["device.request.allowed", "liveEvent"]

/** A server on one folder and one port, however often it is killed. */
class Victim {
  #running: Promise<ServerProcess>

  constructor(readonly folder: string) {
    this.#running = startProcess(folder)
  }

  /** Resolves with its address as soon as it runs. */
  async url(): Promise<string> {
    return (await this.#running).url
  }

  /** Kills it, and starts it again. */
  async kill(): Promise<void> {
    const server = await this.#running
    this.#running = (async () => {
      server.kill("SIGKILL")
      expect(await server.ended).toEqual([null, "SIGKILL"])
      return startProcess(this.folder, Number(new URL(server.url).port))
    })()
    await this.#running
  }

  /** Kills it for good. */
  async end(): Promise<void> {
    const server = await this.#running
    server.kill("SIGKILL")
    await server.ended
  }
}

/** What was acknowledged: positions by report id, and how often. */
class Acknowledged {
  readonly positions = new Map<string, number>()
  readonly answers = new Heard<number>()

  add({ accepted, refused }: Outcome, sent: readonly Report[]): void {
    expect(refused).toEqual([])
    expect(accepted.map(({ id }) => id)).toEqual(sent.map(({ id }) => id))
    for (const { id, position } of accepted) {
      expect(this.positions.get(id) ?? position).toBe(position)
      this.positions.set(id, position)
    }
    this.answers.add(accepted.length)
  }
}

/** One cloud node's connector: sends each batch until it is acknowledged, and now and then once more. */
async function reportUntil(isOver: () => boolean, story: Story): Promise<void> {
  const { chance } = story
  while (!isOver()) {
    const reports = Array.from({ length: chance.between(1, 30) }, () =>
      chance.falls(0.5) ? allowed() : doorReport("device.input.dps.opened"),
    )
    await send(reports, story)
    if (chance.falls(0.1)) await send(reports, story)
  }
}

async function send(reports: readonly Report[], { victim, token, acknowledged }: Story): Promise<void> {
  for (;;) {
    const outcome = await post(await victim.url(), token, reports)
    if (outcome !== undefined) return acknowledged.add(outcome, reports)
    await othersTurn()
  }
}

/** Undefined where no answer came, because the server was killed meanwhile. */
async function post(url: string, token: string, reports: readonly Report[]): Promise<Outcome | undefined> {
  try {
    const response = await fetch(`${url}/${systemId}/cloud-nodes/${cloudNode.id}/reports`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify(reports),
    })
    expect(response.status).toBe(200)
    return (await response.json()) as Outcome
  } catch (error) {
    // What fetch says of a connection that broke; what `expect` says is another kind of error.
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** What a listener heard, in one list for each connection that it had. */
type Hearing = string[][]

/** A listener as the specification's sample has it, which comes back by itself. */
function listenOn(url: string, token: string): { hearing: Hearing; close(): void } {
  const hearing: Hearing = []
  const socket = clients["4.8"](`${url}?systemId=${systemId}&token=${token}`, {
    forceNew: true,
    reconnectionDelay: 20,
    reconnectionDelayMax: 100,
  })
  socket.on("connect", () => {
    hearing.push([])
    socket.emit("subscribeIsolated", { topics })
  })
  for (const topic of topics)
    socket.on(topic, (event: { occurred: number }) => hearing.at(-1)!.push(nameOf(topic, event)))
  return { hearing, close: () => void socket.close() }
}

/** Every report of this file occurred at a time of its own. */
const nameOf = (topic: string, { occurred }: { readonly occurred: number }): string => `${topic} ${occurred}`

interface Story {
  readonly victim: Victim
  readonly token: string
  readonly acknowledged: Acknowledged
  readonly chance: Chance
}

async function readAll(folder: string): Promise<Row[]> {
  const opened = await openFolder(folder)
  const log = embeddedLog(opened, { retention: { age: Infinity, bytes: Infinity }, now: Date.now })
  const rows: Row[] = []
  for (const { last } = await log.extent(systemId); rows.length < last;)
    rows.push(...(await log.read(systemId, rows.length + 1, { rows: 10_000, milliseconds: 10_000 })).rows)
  await log.close()
  await opened.close()
  return rows
}

/** Kills it at moments of chance's, told in answers: the batches of other reporters are on their way then. */
async function killAgainAndAgain({ victim, acknowledged: { answers }, chance }: Story): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await answers.atLeast(answers.all.length + chance.between(0, 60))
    await victim.kill()
  }
}

const occurredIn = ({ text }: Row): number => (JSON.parse(text) as { occurred: number }).occurred

describe("A server that is killed again and again under load", () => {
  const acknowledged = new Acknowledged()
  let victim: Victim
  let rows: readonly Row[]
  let hearings: readonly Hearing[]

  beforeAll(async () => {
    victim = new Victim(await mkdtemp(join(tmpdir(), "doorstream-kill-")))
    const url = await victim.url()
    const story = { victim, token: await requestToken(url), acknowledged, chance: createChance(2026) }
    const listeners = [1, 2].map(() => listenOn(url, story.token))
    let isOver = false
    const killing = killAgainAndAgain(story).then(() => (isOver = true))
    const reporting = Array.from({ length: reporters }, () => reportUntil(() => isOver, story))
    await Promise.all([killing, ...reporting])
    for (const listener of listeners) listener.close()
    await victim.end()
    hearings = listeners.map(({ hearing }) => hearing)
    rows = await readAll(victim.folder)
  }, rounds * 10_000)
  afterAll(async () => {
    await victim.end()
    await rm(victim.folder, { recursive: true, force: true })
  })

  it("leaves a log whose positions have no holes", () => {
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1))
    expect(acknowledged.positions.size).toBeGreaterThan(rounds * 20)
  })

  it("has every acknowledged report where it said, and none twice", () => {
    const kept = new Map(
      rows.filter(({ reportId }) => reportId !== "").map((row) => [row.reportId, row.position]),
    )
    expect(kept.size).toBe(rows.filter(({ reportId }) => reportId !== "").length)
    for (const [id, position] of acknowledged.positions) expect([id, kept.get(id)]).toEqual([id, position])
  })

  it("never keeps a request without the sentence that belongs to it, nor the other way round", () => {
    const requests = rows.filter(({ topic }) => topic === "device.request.allowed")
    const sentences = rows.filter(({ topic }) => topic === "liveEvent")
    expect(requests.length).toBeGreaterThan(rounds)
    expect(sentences.map(({ position }) => position)).toEqual(requests.map(({ position }) => position + 1))
    expect(sentences.map(occurredIn)).toEqual(requests.map(occurredIn))
  })

  it("lets listeners hear, on each connection, the log from somewhere on, without a hole and nothing else", () => {
    const subscribed = rows.filter(({ topic }) => topics.includes(topic))
    const log = subscribed.map((row) => nameOf(row.topic, { occurred: occurredIn(row) }))
    const place = new Map(log.map((name, index) => [name, index]))
    for (const hearing of hearings) {
      // How often a client is back before the next kill is the machine's business; that it was, is ours.
      expect(hearing.length).toBeGreaterThan(1)
      expect(hearing.flat().length).toBeGreaterThan(0)
      for (const heard of hearing) {
        const from = heard.length === 0 ? 0 : place.get(heard[0]!)
        expect(heard).toEqual(log.slice(from, from! + heard.length))
      }
      const places = hearing.flat().map((name) => place.get(name)!)
      expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b))
    }
  })
})
