/**
 * Reads streams one after the other as if they were one: renews, reconnects, reads on where it was, and says in order what
 * came. It must not know who hears it, nor what is kept.
 */
import { invalidToken, isControlTopic, streamGap, streamRefused } from "@doorstream/contract"
import { DoorstreamError, type Trouble } from "./errors.js"
import type { Block } from "./event-stream.js"
import { willPass } from "./refusal.js"
import { Stream, superseded } from "./stream.js"
import type { Tokens } from "./tokens.js"
import { pause, type World } from "./world.js"

/** What came: an event of the log or of the stream; without a `topic`, only how far reading is. */
export interface Read {
  readonly topic: string | undefined
  readonly data: unknown
  /** Where reading is; undefined where only the stream itself is listened to. */
  readonly cursor: string | undefined
}

export interface ReadingDeps {
  readonly world: World
  readonly url: URL
  readonly tokens: Tokens
  readonly bounds: {
    readonly least: number
    readonly most: number
    readonly attempts: number
    readonly silence: number
  }
  readonly onTrouble: (trouble: Trouble) => void
  readonly signal: AbortSignal
}

export class Reading {
  readonly #deps: ReadingDeps
  /** Where reading goes on. */
  #cursor: string | undefined
  #attempt = 0
  /** Whether a stream has ever told a cursor: before that, what is no stream is a wrong address. */
  #hasBegun = false
  /** Whether the next block is the first of its stream. */
  #isOpening = false
  /** The token that has opened a stream last. */
  #proven: string | undefined
  /** What a stream was ended with that was open: another token may heal it. */
  #ended: DoorstreamError | undefined

  constructor(deps: ReadingDeps, cursor: string | undefined) {
    this.#deps = deps
    this.#cursor = cursor
  }

  /** @throws DoorstreamError what does not pass by itself, or has been tried often enough */
  async *all(): AsyncGenerator<Read, void, void> {
    const { signal } = this.#deps
    while (!signal.aborted)
      try {
        yield* this.#stream()
      } catch (error) {
        if (signal.aborted) return
        if (error !== superseded) await this.#bear(error)
      }
  }

  /** One stream until it ends, which it does by throwing. */
  async *#stream(): AsyncGenerator<Read, never, void> {
    const { world, tokens, bounds, signal } = this.#deps
    const token = await tokens.current(signal)
    const opening = { url: this.#address, token, cursor: this.#cursor, silence: bounds.silence }
    const stream = await Stream.open(world, opening, signal).catch((error) => this.#reject(token, error))
    const leave = this.#renewInTime(stream)
    this.#proven = token
    this.#isOpening = true
    let isHeard = false
    try {
      for (;;) {
        const block = await stream.next()
        if (block === undefined) throw new DoorstreamError("unreachable", "The stream has ended.")
        if (block.event === invalidToken) throw this.#lapse(token, isHeard)
        if (block.event === streamRefused) this.#hearRefusal(token, block)
        isHeard ||= block.id !== undefined
        this.#hasBegun ||= isHeard
        const read = this.#take(block)
        if (read !== undefined) yield read
        if (read?.topic === streamGap) this.#askForState()
      }
    } finally {
      leave()
      stream.close()
    }
  }

  /** What a block says; undefined where it is nothing. */
  #take({ event, data, id }: Block): Read | undefined {
    const isOpening = this.#isOpening
    this.#isOpening = false
    if (id === undefined) return this.#besideLog(event, data)
    // The beginning that a stream tells is behind a gap that it is yet to tell: whoever was cut in between must ask again.
    if (isOpening && data === undefined && this.#hasBeginning) return undefined
    if (data !== undefined && id === this.#cursor && !event.startsWith("stream.")) return undefined
    // What cannot be read was not had.
    const read = { topic: data === undefined ? undefined : event, data: data && parse(data), cursor: id }
    if (!isOpening) this.#attempt = 0
    this.#cursor = id
    return read
  }

  /**
   * What tells no place: a comment, what was asked to be told of the stream, or what newer servers say of it. An event of
   * the log always has one.
   */
  #besideLog(event: string, data: string | undefined): Read | undefined {
    if (data === undefined || event === streamRefused) return undefined
    if (!event.startsWith("stream."))
      throw new DoorstreamError("not_doorstream", "What comes is no event of the server: it has no cursor.")
    if (!this.#deps.url.searchParams.getAll("topics").some(isControlTopic)) return undefined
    this.#attempt = 0
    return { topic: event, data: parse(data), cursor: this.#cursor }
  }

  /** One topic may be refused while the others go on; else the stream ends, for a while or because of its token. */
  #hearRefusal(token: string, { data, retry }: Block): void {
    const { tokens, onTrouble } = this.#deps
    const { topic, error } = refusalIn(data, retry)
    if (topic !== undefined) return onTrouble({ error, attempt: 1, retryIn: undefined })
    if (retry === undefined) {
      tokens.drop(token)
      this.#ended = error
    }
    throw error
  }

  /** Whether it is said where reading goes on; else it is from now on, wherever that is. */
  get #hasBeginning(): boolean {
    const { searchParams } = this.#deps.url
    return this.#cursor !== undefined || searchParams.has("after") || searchParams.has("state")
  }

  /** Where reading has begun, the cursor says all. */
  get #address(): URL {
    const url = new URL(this.#deps.url)
    if (this.#cursor !== undefined) for (const name of ["after", "state"]) url.searchParams.delete(name)
    return url
  }

  /** What is gone may have changed the state: whoever follows it is told it anew, and reads on from there. */
  #askForState(): void {
    if (!this.#deps.url.searchParams.has("state")) return
    this.#cursor = undefined
    // oxlint-disable-next-line typescript/only-throw-error -- It is no error, and never leaves this file.
    throw superseded
  }

  /** A token that has opened streams may have lapsed with the server's keys: a fresh one tells. */
  #reject(token: string, error: unknown): never {
    const { tokens } = this.#deps
    if ((error as DoorstreamError).status !== 401) throw error
    tokens.drop(token)
    const mayHeal = token === this.#proven && !tokens.isFixed
    this.#proven = undefined
    throw mayHeal ? superseded : error
  }

  /** A token that was good lapses in its time; one that is not good from the start is a wrong one. */
  #lapse(token: string, wasGood: boolean): unknown {
    const { tokens } = this.#deps
    tokens.drop(token)
    if (wasGood && !tokens.isFixed) return superseded
    return new DoorstreamError(
      "token_stale",
      "The token has expired, and the token function gives no newer one.",
    )
  }

  /** Ends the stream for another one as soon as there is a fresh token; what fails is told, and tried again. */
  #renewInTime(stream: Stream): () => void {
    const { world, tokens, signal } = this.#deps
    let takeBack = (): void => undefined
    const renewIn = (milliseconds: number, attempt: number): void => {
      if (milliseconds < Infinity) takeBack = world.later(milliseconds, () => void renew(attempt))
    }
    const renew = async (attempt: number): Promise<void> => {
      // A timer may end before its time, where that is longer than timers can be.
      if (tokens.dueIn > 0) return renewIn(tokens.dueIn, attempt)
      try {
        await tokens.fresh(signal)
        stream.end(superseded)
      } catch (error) {
        if (!stream.hasEnded) renewIn(this.#tellOfRenewal(stream, error, attempt), attempt + 1)
      }
    }
    renewIn(tokens.dueIn, 1)
    return () => takeBack()
  }

  /** @returns after how many milliseconds it is tried again: the stream still has a token that is good for a while */
  #tellOfRenewal(stream: Stream, thrown: unknown, attempt: number): number {
    const error = thrown as DoorstreamError
    const retryIn = this.#pauseAfter(attempt, error)
    try {
      this.#deps.onTrouble({ error, attempt, retryIn })
    } catch (wish) {
      // Whoever throws when it is told of a trouble wants the loop to end by that.
      stream.end(wish)
      return Infinity
    }
    return retryIn
  }

  /** Waits before it is tried again, or throws where that makes no sense. */
  async #bear(thrown: unknown): Promise<void> {
    if (!(thrown instanceof DoorstreamError)) throw thrown
    const { world, bounds, onTrouble, signal } = this.#deps
    this.#attempt += 1
    if (!this.#heals(thrown) || this.#attempt > bounds.attempts) throw thrown
    const retryIn = this.#pauseAfter(this.#attempt, thrown)
    onTrouble({ error: thrown, attempt: this.#attempt, retryIn })
    await pause(world, retryIn, signal)
  }

  #heals(error: DoorstreamError): boolean {
    const { tokens } = this.#deps
    if (error === this.#ended || error.code === "token_stale" || error.code === "token_expired")
      return !tokens.isFixed
    if (error.code === "not_doorstream") return this.#hasBegun || willPass(error)
    return own.has(error.code) || willPass(error)
  }

  /** Longer each time, by chance, so that listeners that were cut together do not come back together. */
  #pauseAfter(attempt: number, { retryAfter = 0 }: DoorstreamError): number {
    const { bounds, world } = this.#deps
    const most = Math.min(bounds.most, bounds.least * 2 ** Math.min(attempt - 1, 30))
    return Math.max(retryAfter, most * (0.5 + world.random() / 2))
  }
}

/** What of our own is tried again. */
const own: ReadonlySet<string> = new Set(["unreachable", "silent", "token_failed", "token_slow"])

function parse(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch (cause) {
    throw new DoorstreamError("not_doorstream", "What comes is no event.", { cause })
  }
}

/** What a stream says instead of going on; with `retry` it is the 503 of a stream, to be tried again after as long as that. */
function refusalIn(data: string | undefined, retry: number | undefined) {
  const said = parse(data ?? "{}") as { topic?: string | null; code?: string; message?: string } | null
  const { topic, code = "fault", message = "The server cannot now." } = said ?? {}
  const more = retry === undefined ? {} : { status: 503, retryAfter: retry }
  if (typeof topic !== "string") return { topic: undefined, error: new DoorstreamError(code, message, more) }
  return { topic, error: new DoorstreamError(code, `${topic} is heard no more: ${message}`, more) }
}
