/**
 * Brings reports to the server as a cloud node does: in order, one request at a time, and the same ones again under
 * the same ids until the server has answered for them. It must not know what is reported.
 */
import { reportsAtOnce, type Report } from "@doorstream/contract"
import { LinkFault, refusedFault, type Answer, type Ask } from "./api-session.js"
import { asText, isObject } from "./json.js"
import { createTroubles, type Troubles } from "./troubles.js"
import { wait } from "./wait.js"

export interface ReportLinkOptions {
  readonly ask: Ask
  readonly systemId: string
  readonly cloudNodeId: string
  /** When it aborts, what is pending is tried once more and then given up. */
  readonly signal: AbortSignal
  /** Called once for each distinct trouble, and with `recovered` when it is over. */
  readonly onTrouble: (message: string) => void
  /** How many reports are kept while the server is away; the oldest are dropped first. */
  readonly keep?: number
  /** How long it waits after the first failure and at most, in milliseconds; it doubles in between. */
  readonly pauses?: { readonly first: number; readonly most: number }
}

/** The longest that a server's wish to be left alone is heeded, in milliseconds. */
const longestRest = 60_000

export class ReportLink {
  readonly #options: Required<ReportLinkOptions>
  readonly #path: string
  readonly #troubles: Troubles
  readonly #refusals: Troubles
  #pending: Report[] = []
  #dropped = 0
  #failures = 0
  #atOnce = reportsAtOnce
  #sending: Promise<void> | undefined

  constructor(options: ReportLinkOptions) {
    this.#options = { keep: 10_000, pauses: { first: 250, most: 5_000 }, ...options }
    const [system, node] = [options.systemId, options.cloudNodeId].map(encodeURIComponent)
    this.#path = `/${system}/cloud-nodes/${node}/reports`
    this.#troubles = createTroubles(options.onTrouble)
    this.#refusals = createTroubles(options.onTrouble)
  }

  /** Takes reports to be sent after those before. Returns at once. */
  send(reports: readonly Report[]): void {
    this.#pending = [...this.#pending, ...reports]
    this.#dropOldest()
    if (this.#pending.length > 0) this.#sending ??= this.#sendAll()
  }

  /** Resolves once everything taken is answered for, or given up. */
  async settle(): Promise<void> {
    await this.#sending
  }

  async #sendAll(): Promise<void> {
    while (this.#pending.length > 0) {
      const pause = await this.#sendSome()
      if (pause === undefined) continue
      if (this.#options.signal.aborted) break
      await wait(pause, this.#options.signal)
    }
    this.#sending = undefined
  }

  /** Sends one batch; when that has failed, tells how long to wait, in milliseconds. */
  async #sendSome(): Promise<number | undefined> {
    const batch = this.#pending.slice(0, this.#atOnce)
    this.#pending = this.#pending.slice(batch.length)
    const { left, fault } = await this.#post(batch)
    this.#pending = [...left, ...this.#pending]
    this.#dropOldest()
    if (fault !== undefined) return this.#failed(fault)
    if (left.length === 0) this.#succeeded()
    return undefined
  }

  async #post(batch: readonly Report[]): Promise<{ left: readonly Report[]; fault?: LinkFault }> {
    try {
      const answer = await this.#options.ask("POST", this.#path, batch)
      if (answer.status === 413) return { left: this.#lighten(batch, answer) }
      const left = this.#readOutcome(batch, answer)
      return left.length === 0
        ? { left }
        : { left, fault: new LinkFault("The server left reports unanswered.") }
    } catch (fault) {
      if (!(fault instanceof LinkFault)) throw fault
      return { left: batch, fault }
    }
  }

  /** The reports that were neither accepted nor refused; a refused one would be refused again and is let go. */
  #readOutcome(batch: readonly Report[], answer: Answer): readonly Report[] {
    const { accepted, refused } = isObject(answer.body) ? answer.body : {}
    if (answer.status !== 200 || !Array.isArray(accepted) || !Array.isArray(refused)) {
      throw refusedFault("The server takes no reports", answer)
    }
    for (const { code, message } of refused.filter(isObject)) {
      this.#refusals.had(`A report was refused (${asText(code)}: ${asText(message)})`)
    }
    const answered = new Set([...accepted, ...refused].filter(isObject).map(({ id }) => id))
    return batch.filter(({ id }) => !answered.has(id))
  }

  /** Too much at once: half of it next time, and what is too much by itself is let go. */
  #lighten(batch: readonly Report[], answer: Answer): readonly Report[] {
    this.#atOnce = Math.ceil(batch.length / 2)
    if (batch.length > 1) return batch
    this.#refusals.had(refusedFault("A report was refused", answer).message)
    return []
  }

  #failed(fault: LinkFault): number {
    const { first, most } = this.#options.pauses
    if (!this.#options.signal.aborted) this.#troubles.had(fault.message)
    const rest = Math.min(fault.retryAfter ?? 0, longestRest)
    return Math.max(rest, Math.min(most, first * 2 ** this.#failures++))
  }

  #succeeded(): void {
    this.#failures = 0
    this.#atOnce = Math.min(reportsAtOnce, this.#atOnce * 2)
    this.#troubles.over(
      this.#dropped === 0 ? undefined : `${this.#dropped} of the oldest reports were dropped`,
    )
    this.#dropped = 0
  }

  #dropOldest(): void {
    const excess = this.#pending.length - this.#options.keep
    if (excess <= 0) return
    this.#pending = this.#pending.slice(excess)
    this.#dropped += excess
    this.#troubles.had(`Only the newest ${this.#options.keep} reports are kept; older ones are dropped.`)
  }
}
