/**
 * One stream of the server's, opened and read block by block; what is not asked for stays in the network, so that a slow
 * reader slows the server and fills no memory. It must not know what the blocks mean, nor what comes after its end.
 */
import { DoorstreamError, sentenceOf } from "./errors.js"
import { BlockReader, type Block } from "./event-stream.js"
import { readRefusal } from "./refusal.js"
import type { World } from "./world.js"

export interface Opening {
  readonly url: URL
  readonly token: string
  /** The cursor after which it goes on. */
  readonly cursor: string | undefined
  /** After how many milliseconds without a byte it counts as dead. */
  readonly silence: number
}

/** It was ended because another one is to follow at once. */
export const superseded = Symbol("superseded")

export class Stream {
  readonly #leaving = new AbortController()
  readonly #blocks = new BlockReader()
  readonly #world: World
  readonly #silence: number
  #waiting: Block[] = []
  #bytes: ReadableStreamDefaultReader<Uint8Array> | undefined

  private constructor(world: World, silence: number) {
    this.#world = world
    this.#silence = silence
  }

  /**
   * @param signal ends it whenever it says so; `close` must be called all the same
   * @throws DoorstreamError what the server refuses, or why there is no connection
   */
  static async open(world: World, opening: Opening, signal: AbortSignal): Promise<Stream> {
    const stream = new Stream(world, opening.silence)
    const leave = (): void => stream.end(signal.reason)
    signal.addEventListener("abort", leave)
    stream.#leaving.signal.addEventListener("abort", () => signal.removeEventListener("abort", leave))
    try {
      await stream.#open(opening)
      return stream
    } catch (error) {
      stream.close()
      throw error
    }
  }

  async #open({ url, token, cursor }: Opening): Promise<void> {
    const headers = {
      Accept: "text/event-stream",
      Authorization: `Bearer ${token}`,
      ...(cursor === undefined ? {} : { "Last-Event-ID": cursor }),
    }
    const { signal } = this.#leaving
    const answer = await this.#alive(() => this.#world.fetch(url, { headers, signal }))
    if (answer.status !== 200 || answer.body === null || !isEventStream(answer))
      throw await this.#alive(() => readRefusal(answer))
    this.#bytes = answer.body.getReader()
  }

  /** The next block; undefined when the stream has ended. */
  async next(): Promise<Block | undefined> {
    while (this.#waiting.length === 0) {
      const { done, value } = await this.#alive(() => this.#bytes!.read())
      if (done) return undefined
      this.#waiting = this.#read(value)
    }
    return this.#waiting.shift()
  }

  #read(bytes: Uint8Array): Block[] {
    try {
      return this.#blocks.read(bytes)
    } catch (error) {
      throw new DoorstreamError("not_doorstream", "What comes is longer than any event.", { cause: error })
    }
  }

  /** Waits for a sign of life, no longer than it may be silent. */
  async #alive<T>(wait: () => Promise<T>): Promise<T> {
    const seconds = this.#silence / 1000
    const takeBack = this.#world.later(this.#silence, () =>
      this.end(new DoorstreamError("silent", `Nothing was heard of the server for ${seconds} seconds.`)),
    )
    try {
      return await wait()
    } catch (error) {
      const { aborted, reason } = this.#leaving.signal
      if (aborted) throw reason
      throw new DoorstreamError("unreachable", `The connection has failed: ${sentenceOf(error)}`, {
        cause: error,
      })
    } finally {
      takeBack()
    }
  }

  /** Ends it: the blocks that are here are still given, and what waits beyond rejects with the reason. */
  end(reason: unknown): void {
    this.#leaving.abort(reason)
  }

  get hasEnded(): boolean {
    return this.#leaving.signal.aborted
  }

  close(): void {
    this.end(superseded)
    this.#waiting = []
  }
}

const isEventStream = (answer: Response): boolean =>
  answer.headers.get("content-type")?.toLowerCase().startsWith("text/event-stream") === true
