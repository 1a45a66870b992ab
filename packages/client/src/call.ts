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
   * @returns the answer, with a status of 200 to 299
   * @throws DoorstreamError
   */
  async call(asked: Asked, again: boolean): Promise<Response> {
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

  async #try({ method, path, query = {}, body }: Asked, signal: AbortSignal): Promise<Response> {
    const url = addressOf(this.#settings, ...path)
    for (const [name, values = []] of Object.entries(query))
      for (const value of values) url.searchParams.append(name, value)
    const token = await this.#tokens.current(signal)
    const json = body === undefined ? {} : { "Content-Type": "application/json" }
    const headers = { Authorization: `Bearer ${token}`, ...json }
    const answer = await this.#answer(url, signal, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.ok) return answer
    if (answer.status === 401) this.#tokens.drop(token)
    throw await readRefusal(answer)
  }

  async #answer(url: URL, signal: AbortSignal, request: RequestInit): Promise<Response> {
    const late = (): Error =>
      new DoorstreamError("silent", `The server has not answered for ${this.#within / 1000} seconds.`)
    try {
      const asked = (): Promise<Response> => this.#world.fetch(url, { ...request, signal })
      return await ask(this.#world, asked, signal, [this.#within, late])
    } catch (error) {
      if (error instanceof DoorstreamError || signal.aborted) throw error
      throw new DoorstreamError("unreachable", `The connection has failed: ${sentenceOf(error)}`, {
        cause: error,
      })
    }
  }
}

/** What was surely not done may be asked again by anybody; what may have been done, where that does no harm. */
function mayAgain({ code, status }: DoorstreamError, again: boolean): boolean {
  if (code === "token_expired" || status === 429) return true
  return again && (code === "unreachable" || code === "silent" || (status !== undefined && status >= 500))
}
