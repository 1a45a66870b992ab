/**
 * The server under the hostile network: a process on one folder and one port however often it is killed, cloud nodes
 * that report to it, tokens that live for three seconds, and its log. It must not know who listens.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import type { Row } from "../../packages/server/src/core/ports.js"
import { openFolder } from "../../packages/server/src/log/embedded/folder.js"
import { embeddedLog } from "../../packages/server/src/log/embedded/log.js"
import type { Chance } from "../../packages/simulator/src/building/chance.js"
import { allowed, cloudNode, doorReport, requestIdToken, systemId, type Outcome } from "../support/house.js"
import { startProcess, type ServerProcess } from "../support/server-process.js"
import { nameOf, type Event, type Tokens } from "./listener.js"

/** How long it serves its listeners when it is asked to end, in milliseconds. */
const drainWithin = 2000

const settings = { systemTokenLifetime: 3, heartbeat: { interval: 1000, timeout: 5000 } }

/** An event as the log has it. */
export interface Kept {
  readonly topic: string
  readonly name: string
}

interface Pulled {
  readonly topic: string
  readonly event: Event
}

export class Victim {
  #running!: ServerProcess
  #idToken = ""

  private constructor(
    readonly folder: string,
    readonly origins: readonly string[],
  ) {}

  /** @param origins of pages that listen to it */
  static async start(origins: readonly string[] = []): Promise<Victim> {
    const victim = new Victim(await mkdtemp(join(tmpdir(), "doorstream-chaos-")), origins)
    await victim.#start(0)
    return victim
  }

  async #start(port: number): Promise<void> {
    const { folder, origins } = this
    this.#running = await startProcess(folder, port, drainWithin, { ...settings, origins })
  }

  /** Its address, the same after it was killed. */
  get url(): string {
    return this.#running.url
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Kills it in the middle of whatever it does, and starts it again. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL")
    await this.#start(this.port)
  }

  /** Asks it to end, as a planned restart does, and starts it again. */
  async restart(): Promise<void> {
    await this.#end("SIGTERM")
    await this.#start(this.port)
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#running.kill(signal)
    await this.#running.ended
  }

  /** Kills it, reads what it has kept, in order, and starts it again. */
  async readLog(): Promise<readonly Kept[]> {
    await this.#end("SIGKILL")
    const opened = await openFolder(this.folder)
    const log = embeddedLog(opened, { retention: { age: Infinity, bytes: Infinity }, now: Date.now })
    const rows: Row[] = []
    for (const { last } = await log.extent(systemId); rows.length < last;)
      rows.push(...(await log.read(systemId, rows.length + 1, { rows: 10_000, milliseconds: 10_000 })).rows)
    await log.close()
    await opened.close()
    await this.#start(this.port)
    return rows.map(({ topic, text }) => ({ topic, name: nameOf(topic, JSON.parse(text) as Event) }))
  }

  /** Reads what it has kept of the topics here by pull, a page after the other. */
  async pull(): Promise<readonly Kept[]> {
    const kept: Kept[] = []
    const tokens = this.tokens()
    const url = `${this.url}/${systemId}/events?topics=${topics.join()}&limit=100`
    for (let after = "earliest"; ;) {
      const headers = { Authorization: `Bearer ${await tokens.fresh()}` }
      const answer = await fetch(`${url}&after=${after}`, { headers })
      const { events, cursor } = (await answer.json()) as { events: readonly Pulled[]; cursor: string }
      if (events.length === 0) return kept
      kept.push(...events.map(({ topic, event }) => ({ topic, name: nameOf(topic, event) })))
      after = cursor
    }
  }

  async close(): Promise<void> {
    await this.#end("SIGKILL")
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Tokens of one listener. */
  tokens(): Tokens {
    let last = ""
    return {
      last: () => last,
      fresh: async () => (last = await this.#untilAnswered(() => this.#requestToken())),
    }
  }

  async #requestToken(): Promise<string | undefined> {
    if (this.#idToken === "") this.#idToken = (await requestIdToken(this.url)).id_token
    const answer = await this.#post(`/api/systems/${systemId}/token`, "", this.#idToken)
    if (answer.status === 401) this.#idToken = ""
    return answer.ok ? ((await answer.json()) as { token: string }).token : undefined
  }

  #post(path: string, body: string, token: string): Promise<Response> {
    const headers = { Authorization: `Bearer ${token}` }
    return fetch(this.url + path, { method: "POST", body, headers })
  }

  /** Asks until it is there to answer. */
  async #untilAnswered<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      try {
        const answer = await ask()
        if (answer !== undefined) return answer
      } catch (error) {
        // What fetch says of a connection that broke, and JSON of an answer that did.
        if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
      }
      await pause(50)
    }
  }

  /** Some reports, sent until they are acknowledged; the ids of how many that were. */
  async report(chance: Chance, tokens: Tokens): Promise<number> {
    const reports = Array.from({ length: chance.between(1, 3) }, () =>
      chance.falls(0.4) ? allowed() : doorReport(chance.falls(0.5) ? opened : closed),
    )
    const path = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`
    const outcome = await this.#untilAnswered(async () => {
      const answer = await this.#post(path, JSON.stringify(reports), tokens.last())
      if (answer.status === 401) await tokens.fresh()
      return answer.ok ? ((await answer.json()) as Outcome) : undefined
    })
    return outcome.accepted.length
  }
}

const opened = "device.input.dps.opened"
const closed = "device.input.dps.closed"

/** All topics that are reported here, and what stands beside them. */
export const topics = ["device.request.allowed", "liveEvent", opened, closed] as const
