/**
 * The token in use and how long it is good: asked for from the user's function, and reckoned by a clock that is never
 * set. It must not know what it opens.
 */
import { DoorstreamError, sentenceOf } from "./errors.js"
import { ask, type World } from "./world.js"

/** A system token, or what fetches a fresh one. */
export type TokenSource = string | (() => string | Promise<string>)

/** How long a token lives by its own word, in milliseconds; undefined where it says nothing that can be read. */
function lifetimeOf(token: string): number | undefined {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")
    const { exp, iat } = JSON.parse(atob(payload)) as { exp?: unknown; iat?: unknown }
    const lifetime = (Number(exp) - Number(iat)) * 1000
    return lifetime > 0 ? lifetime : undefined
  } catch {
    // It is the server's business what a token looks like; without a lifetime the stream itself tells when it lapsed.
    return undefined
  }
}

/** The last part of its life, in which a token is renewed: a quarter, and no more than a minute. */
const marginOf = (lifetime: number): number => Math.min(lifetime / 4, 60_000)

export class Tokens {
  readonly #source: TokenSource
  readonly #world: World
  readonly #within: number
  #token: string | undefined
  /** When it is to be renewed, on the clock that is never set. */
  #due = Infinity
  #asked: Promise<string> | undefined

  constructor(source: TokenSource, world: World, within: number) {
    this.#source = source
    this.#world = world
    this.#within = within
  }

  /** Whether there is only one, so that it cannot be renewed. */
  get isFixed(): boolean {
    return typeof this.#source === "string"
  }

  /** In how many milliseconds it is time for another token. */
  get dueIn(): number {
    return this.#due - this.#world.now()
  }

  /** The token in use, or a fresh one where it is time for that. */
  current(signal: AbortSignal): Promise<string> {
    return this.#token !== undefined && this.dueIn > 0 ? Promise.resolve(this.#token) : this.fresh(signal)
  }

  /** Takes no token for good any more that was good before. */
  drop(token: string): void {
    if (this.#token === token) this.#token = undefined
  }

  /** Asks for a fresh one; who asks meanwhile gets the same. */
  fresh(signal: AbortSignal): Promise<string> {
    this.#asked ??= this.#ask(signal).finally(() => (this.#asked = undefined))
    return this.#asked
  }

  async #ask(signal: AbortSignal): Promise<string> {
    // Its life is reckoned from before it was asked for: the answer may have been under way for a while.
    const began = this.#world.now()
    const token = await this.#fetch(signal)
    if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
      throw new DoorstreamError(
        "token_invalid",
        "What the token function gives is no token: it must be text.",
      )
    const lifetime = lifetimeOf(token)
    this.#token = token
    this.#due = lifetime === undefined || this.isFixed ? Infinity : began + lifetime - marginOf(lifetime)
    return token
  }

  async #fetch(signal: AbortSignal): Promise<string> {
    const source = this.#source
    if (typeof source === "string") return source
    const late = (): Error =>
      new DoorstreamError(
        "token_slow",
        `The token function has not answered for ${this.#within / 1000} seconds.`,
      )
    try {
      return await ask(this.#world, source, signal, [this.#within, late])
    } catch (error) {
      if (error instanceof DoorstreamError || signal.aborted) throw error
      throw new DoorstreamError("token_failed", `The token function has failed: ${sentenceOf(error)}`, {
        cause: error,
      })
    }
  }
}
