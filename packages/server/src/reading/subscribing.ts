/**
 * What becomes of a listener's subscriptions, one after the other: which topics are added and taken, and where reading
 * begins. It must not know how a listener is answered, nor how it reads. PROTOCOL §3, §20.
 */
import { isRefusal, type ControlTopic, type Refusal, type SubscriptionAnswer } from "@doorstream/contract"
import type { After } from "../core/cursor.js"
import * as decide from "../core/session.js"
import type { Selection } from "../core/view.js"
import { readAsked, readTopics, type Asked } from "./asked.js"
import { beginAfter, beginWithState, goOnAs, type Beginner, type Begun } from "./beginning.js"
import { filterBy } from "./filtering.js"
import type { Gaps } from "./gaps.js"
import type { Named } from "./named.js"
import type { Sight } from "./sight.js"

/** Is told what became of a subscription, before anything of it is heard. */
export type Answer = (answer: SubscriptionAnswer) => void

/** A listener as this file knows it. */
export interface Subscriber extends Omit<Beginner, "session" | "sight"> {
  session: decide.Session
  readonly sight: Sight
  /** What it cannot have, and is yet to be told. */
  readonly gaps: Pick<Gaps, "tell">
  /** Where reading begins if the first subscription does not say. */
  readonly resumeAfter: After | undefined
  readonly named: Named | undefined
  /** Nothing of these is heard any more. */
  leave(controls: readonly ControlTopic[]): void
  /** The session is as was asked for: answers, and reads accordingly. */
  settle(asked: Asked, answer: Answer): void
}

export class Subscribing {
  readonly #listener: Subscriber
  #beginning: Promise<void> | undefined

  constructor(listener: Subscriber) {
    this.#listener = listener
  }

  /** It is not known yet where reading begins. */
  get isBeginning(): boolean {
    return this.#beginning !== undefined
  }

  /**
   * Adds the topics, refuses by itself each that cannot be heard. Where the beginning must be looked for in the log, that
   * takes a while: what is asked for meanwhile waits.
   */
  add(asked: unknown, answer: Answer): Promise<void> | undefined {
    if (this.#beginning !== undefined) return this.#beginning.then(() => this.add(asked, answer))
    const listener = this.#listener
    const { sight, reading, tail } = listener
    const read = readAsked(asked, reading.topicsPerMessage, sight.view.topics)
    const selection = filterBy(read, listener)
    if (isRefusal(selection)) return this.#refuseAll(selection, answer)
    const before = sight.selection
    // What is told of without events is not filtered; the first topics come after it, and are.
    if (read.topics.length > 0 || read.controls.length > 0) sight.select(selection)
    if (read.topics.length > 0) {
      const beginning = this.#beginningOf(read)
      if (beginning !== undefined) return this.#beginAs(beginning, read, answer, before)
    }
    listener.session = decide.subscribe(listener.session, read.topics, tail.last)
    listener.settle(read, answer)
    return undefined
  }

  take(asked: unknown, answer: Answer): Promise<void> | undefined {
    if (this.#beginning !== undefined) return this.#beginning.then(() => this.take(asked, answer))
    const listener = this.#listener
    const { topics, refused, controls } = readTopics(asked, listener.reading.topicsPerMessage)
    listener.session = decide.unsubscribe(listener.session, topics)
    listener.leave(controls)
    listener.settle({ topics, refused, controls: [] }, answer)
    return undefined
  }

  /** Where this is not simply what is new. */
  #beginningOf(read: Asked): Promise<Begun | Refusal> | undefined {
    const listener = this.#listener
    const { named, session, resumeAfter } = listener
    if (read.state) return beginWithState(read, listener, named)
    if (named !== undefined) return goOnAs(named, read, listener)
    const after = read.after ?? (session.hasBegun ? undefined : resumeAfter)
    return after === undefined ? undefined : beginAfter(after, read, listener)
  }

  /** What is asked for meanwhile waits until it is known where this begins. */
  #beginAs(
    beginning: Promise<Begun | Refusal>,
    read: Asked,
    answer: Answer,
    selectionBefore: Selection,
  ): Promise<void> {
    const listener = this.#listener
    const begin = async (): Promise<void> => {
      const begun = await beginning
      if (!listener.isOpen) return
      if (isRefusal(begun)) {
        listener.sight.select(selectionBefore)
        return this.#refuseAll(begun, answer)
      }
      listener.gaps.tell()
      listener.session = begun(listener.session)
      listener.settle(read, answer)
    }
    this.#beginning = begin().finally(() => (this.#beginning = undefined))
    return this.#beginning
  }

  #refuseAll(refusal: Refusal, answer: Answer): undefined {
    this.#listener.settle({ topics: [], controls: [], refused: [{ topic: null, ...refusal }] }, answer)
  }
}
