/** Requests that are answered: with a token, in time, and by the server. It must not know what is asked. */
import { addressOf, type Place } from "./address.js"
import { DoorstreamError, sentenceOf } from "./errors.js"
import { readRefusal } from "./refusal.js"
import { Tokens, type TokenSource } from "./tokens.js"
import { ask, pause, type World } from "./world.js"

export interface CallSettings extends Place {
  /** A system token with the scope for this, or what fetches one. */
  readonly token: TokenSource
  /** Gives up. */
  readonly signal?: AbortSignal
  /** How long a request may take, in milliseconds; 30,000 unless told. */
  readonly within?: number
}

export interface Asked {
  readonly method: "GET" | "POST"
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, readonly string[] | undefined>>
  readonly body?: unknown
}

/** How often in all something is asked that fails by what will pass. */
const mostTries = 5

/** Says requests of one system, with one token for as long as it lives. */
export class Caller {
  readonly #world: World
  readonly #settings: CallSettings
  readonly #tokens: Tokens

  constructor(world: World, settings: CallSettings) {
    this.#world = world
    this.#settings = settings
    this.#tokens = new Tokens(settings.token, world, this.#within)
  }

  get #within(): number {
    return this.#settings.within ?? 30_000
  }

  /**
   * @param again whether it does no harm to ask once more where nobody knows what became of it
   * @returns what the answer has in JSON; undefined where it has nothing
   * @throws DoorstreamError
   */
  async call(asked: Asked, again: boolean): Promise<unknown> {
    const signal = this.#settings.signal ?? new AbortController().signal
    for (let tried = 1; ; tried += 1)
      try {
        return await this.#try(asked, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof DoorstreamError) || tried === mostTries || !mayAgain(error, again)) throw error
        if (error.code === "token_expired" && tried > 1) throw error
        const longest = 250 * 2 ** tried
        await pause(this.#world, error.retryAfter ?? longest * (0.5 + this.#world.random() / 2), signal)
      }
  }

  async #try({ method, path, query = {}, body }: Asked, signal: AbortSignal): Promise<unknown> {
    const url = addressOf(this.#settings, ...path)
    for (const [name, values = []] of Object.entries(query))
      for (const value of values) url.searchParams.append(name, value)
    const token = await this.#tokens.current(signal)
    const json = body === undefined ? {} : { "Content-Type": "application/json" }
    const headers = { Authorization: `Bearer ${token}`, ...json }
    const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    try {
      return await this.#inTime(signal, async (ending) =>
        readAnswer(await this.#world.fetch(url, { ...request, signal: ending })),
      )
    } catch (error) {
      if (error instanceof DoorstreamError && error.status === 401) this.#tokens.drop(token)
      throw error
    }
  }

  /** Ends a request that takes too long, so that nothing of it goes on. */
  async #inTime<T>(signal: AbortSignal, request: (ending: AbortSignal) => Promise<T>): Promise<T> {
    const ending = new AbortController()
    const seconds = this.#within / 1000
    const late = (): Error =>
      new DoorstreamError("silent", `The server has not answered for ${seconds} seconds.`)
    try {
      return await ask(this.#world, () => request(ending.signal), signal, [this.#within, late])
    } catch (error) {
      ending.abort(error)
      if (error instanceof DoorstreamError || signal.aborted) throw error
      throw new DoorstreamError("unreachable", `The connection has failed: ${sentenceOf(error)}`, {
        cause: error,
      })
    }
  }
}

async function readAnswer(answer: Response): Promise<unknown> {
  if (!answer.ok) throw await readRefusal(answer)
  const text = await answer.text()
  try {
    return text === "" ? undefined : JSON.parse(text)
  } catch (cause) {
    const { status } = answer
    throw new DoorstreamError("not_doorstream", "What answers is not the server.", { status, cause })
  }
}

/** What was surely not done may be asked again by anybody; what may have been done, where that does no harm. */
function mayAgain({ code, status }: DoorstreamError, again: boolean): boolean {
  if (code === "token_expired" || status === 429) return true
  return again && (code === "unreachable" || code === "silent" || (status !== undefined && status >= 500))
}
