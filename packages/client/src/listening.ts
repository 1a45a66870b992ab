/**
 * Listening as the user's loop has it: each event when it is asked for, and its cursor kept when the next one is. It must
 * not know how streams are opened, nor what a topic is.
 */
import {
  fold,
  streamGap,
  streamState,
  type StreamState,
  type SystemState,
  type TopicName,
} from "@doorstream/contract"
import { DoorstreamError, type Trouble } from "./errors.js"
import { Keeping, loadCursor } from "./keeping.js"
import { boundsOf, streamAddress, type ListenSettings } from "./options.js"
import { Reading, type Read } from "./reading.js"
import { teller } from "./telling.js"
import { Tokens } from "./tokens.js"
import type { Word } from "./topics.js"
import { ask, type World } from "./world.js"

/** What the loop is given, before the compiler knows more of it. */
export interface Told {
  readonly topic: string
  readonly body: unknown
  /** Undefined where only the stream itself is listened to. */
  readonly cursor: string | undefined
  readonly event: unknown
}

/** `body` where the event has one, else all of it. */
const bodyOf = (event: unknown): unknown =>
  typeof event === "object" && event !== null && "body" in event ? event.body : event

/** What is told of the stream itself is no event of the log. */
const isOfStream = (topic: string): boolean => topic.startsWith("stream.")

const toldOf = (topic: string, { data, cursor }: Read): Told => ({
  topic,
  body: isOfStream(topic) ? data : bodyOf(data),
  cursor,
  event: data,
})

/** Ended by the loop itself, or by the user's signal. */
const over = Symbol("over")

export class Listening<T extends Told> implements AsyncIterable<T> {
  readonly #settings: ListenSettings
  readonly #topics: readonly Word[]
  readonly #world: World
  readonly #leaving = new AbortController()
  readonly #keeping: Keeping
  readonly #tell: (trouble: Trouble) => void
  readonly #items: AsyncGenerator<T, void, void>
  #state: SystemState | undefined

  constructor(world: World, settings: ListenSettings, topics: readonly Word[]) {
    this.#settings = settings
    this.#topics = topics
    this.#world = world
    this.#tell = teller(world, settings.onTrouble)
    this.#keeping = new Keeping(settings.store, (error) =>
      this.#tell({ error, attempt: 1, retryIn: undefined }),
    )
    this.#items = this.#hear() as AsyncGenerator<T, void, void>
  }

  /** The cursor of the last event that was dealt with: whoever listens `after` it misses nothing, and hears nothing twice. */
  get cursor(): string | undefined {
    return this.#keeping.cursor
  }

  /** All doors and cloud nodes after the event that the loop was given last; undefined without `state: true`. */
  get state(): SystemState | undefined {
    return this.#state
  }

  /** The one loop over it; a second one goes on where the first has ended. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    return this.#items
  }

  /** Ends it: the loop ends as if there were no more events, as soon as it asks for the next one. */
  close(): void {
    this.#leaving.abort(over)
  }

  async *#hear(): AsyncGenerator<Told, void, void> {
    const { signal } = this.#settings
    const close = (): void => this.close()
    if (signal?.aborted === true) return
    signal?.addEventListener("abort", close)
    try {
      for await (const read of await this.#begin()) {
        const told = read.topic === undefined ? undefined : toldOf(read.topic, read)
        if (told !== undefined) this.#follow(told)
        if (told !== undefined && !(await this.#tellGap(told))) yield told
        // Whoever asks for the next has dealt with this one.
        if (read.cursor !== undefined) this.#keeping.reach(read.cursor)
        if (this.#leaving.signal.aborted) return
      }
    } catch (error) {
      if (error !== over) throw error
    } finally {
      signal?.removeEventListener("abort", close)
      this.close()
      await this.#keeping.settle()
    }
  }

  #follow({ topic, event }: Told): void {
    if (topic === streamState) {
      const { doors, cloudNodes } = event as StreamState
      this.#state = { doors, cloudNodes }
    } else if (this.#state !== undefined && !isOfStream(topic))
      this.#state = fold(this.#state, topic as TopicName, event as object)
  }

  /** @throws DoorstreamError where there is nothing to be begun with */
  async #begin(): Promise<AsyncGenerator<Read, void, void>> {
    const settings = this.#settings
    const world = this.#world
    const { signal } = this.#leaving
    const bounds = boundsOf(settings)
    const url = streamAddress(settings, this.#topics)
    const { store } = settings
    const cursor = store && (await ask(world, () => loadCursor(store), signal))
    const tokens = new Tokens(settings.token, world, bounds.tokenWithin)
    return new Reading({ world, url, tokens, bounds, onTrouble: this.#tell, signal }, cursor).all()
  }

  /** Whether it is a gap that is told beside the loop. */
  async #tellGap(told: Told): Promise<boolean> {
    const { gaps, onGap } = this.#settings
    if (told.topic !== streamGap || gaps === "yield") return false
    if (onGap !== undefined) await onGap(told as Parameters<typeof onGap>[0])
    else {
      const message = `Events are gone that were not heard: ${JSON.stringify(told.body)}`
      this.#tell({ error: new DoorstreamError("gap", message), attempt: 1, retryIn: undefined })
    }
    return true
  }
}
