/**
 * What is remembered of a listener that has a name: where it goes on when it comes again, and what it has proven to have
 * heard since. It must not know the transport, nor how anything is proven. PROTOCOL §20.
 */
import type { Refusal, TopicName } from "@doorstream/contract"
import type { ReadUpTo } from "../core/cursor.js"
import { heardUpTo, type ListenerName, type NamedListener, type Names } from "../core/names.js"
import type { Milliseconds, Position } from "../core/ports.js"

/** From where topics are heard that a listener subscribes. */
export interface Recalled {
  /** Each topic from after its position. */
  readonly topics: ReadonlyMap<TopicName, Position>
  /** Where reading goes on, where a topic among them was heard before. */
  readonly cursor: ReadUpTo | undefined
}

interface NamedParts {
  readonly names: Names
  readonly of: ListenerName
  /** Of the log that is there. */
  readonly epoch: string
  readonly now: () => Milliseconds
  /** Nothing that was sent so far proves anything any more. */
  readonly readAgain: () => void
}

type Topics = ReadonlyMap<TopicName, Position>

/** How often it is written that a listener is there which heard nothing new. */
const seenEvery: Milliseconds = 3_600_000

export class Named {
  readonly #parts: NamedParts
  /** As it was when this connection began; nothing of that counts once this one has proven something. */
  #before: NamedListener | undefined

  constructor(parts: NamedParts) {
    this.#parts = parts
    this.#before = parts.names.find(parts.of)
  }

  get #kept(): NamedListener | undefined {
    return this.#parts.names.find(this.#parts.of)
  }

  /** What was sent so far proves nothing until the topics that are being added are read. */
  recall(added: readonly TopicName[], last: Position): Recalled {
    this.#parts.readAgain()
    const before = this.#before
    const sinceOf = (topic: TopicName): Position | undefined => {
      if (before === undefined) return undefined
      // Positions of another log say nothing of this one's: it is read from the oldest that is kept.
      if (before.epoch !== this.#parts.epoch) return topic in before.topics ? 0 : undefined
      return heardUpTo(before, topic)
    }
    const isKnown = added.some((topic) => sinceOf(topic) !== undefined)
    return {
      topics: new Map(added.map((topic) => [topic, sinceOf(topic) ?? last])),
      cursor: before !== undefined && isKnown ? before : undefined,
    }
  }

  /** Resolves once it cannot be forgotten any more that these are heard; a listener that comes again has them kept. */
  async keep(added: Topics): Promise<Refusal | undefined> {
    const { names, of, epoch, now } = this.#parts
    const kept = this.#kept ?? {
      ...of,
      epoch,
      position: Math.min(...added.values()),
      topics: {},
      seen: now(),
    }
    if ([...added.keys()].every((topic) => topic in kept.topics)) return undefined
    return names.keep({ ...kept, topics: { ...kept.topics, ...Object.fromEntries(added) }, seen: now() })
  }

  /** The listener says itself where it begins: what was remembered is left. */
  async keepFrom(position: Position, added: Topics): Promise<Refusal | undefined> {
    const { names, of, epoch, now } = this.#parts
    this.#before = undefined
    return names.keep({ ...of, epoch, position, topics: Object.fromEntries(added), seen: now() })
  }

  /** Everything of these topics up to the position was delivered. */
  prove(position: Position, topics: Topics): void {
    const { names, of, epoch, now } = this.#parts
    this.#before = undefined
    const next: NamedListener = { ...of, epoch, position, topics: Object.fromEntries(topics), seen: now() }
    // Heartbeats come every few seconds, and most of them are no news.
    if (this.#kept === undefined || !saysAsMuch(this.#kept, next)) names.move(next)
  }

  /** The connection is over. */
  end(): void {
    const kept = this.#kept
    if (kept !== undefined) this.#parts.names.move({ ...kept, seen: this.#parts.now() })
  }
}

const saysAsMuch = (kept: NamedListener, next: NamedListener): boolean => {
  const [had, has] = [Object.keys(kept.topics), Object.keys(next.topics)]
  return (
    kept.epoch === next.epoch &&
    kept.position === next.position &&
    had.length === has.length &&
    has.every((topic) => topic in kept.topics) &&
    next.seen - kept.seen < seenEvery
  )
}
