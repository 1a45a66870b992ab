/**
 * What a listener has subscribed that is no event of the log, `stream.position` and its like: each is told by whoever knows
 * of it, until the listener leaves. It must not know how sessions are decided. PROTOCOL §20, §23, §25.
 */
import {
  streamListenerSilent,
  streamPosition,
  streamTokenExpiring,
  type ControlTopic,
  type StreamTokenExpiring,
} from "@doorstream/contract"
import type { Milliseconds, Verified } from "../core/ports.js"
import type { Session } from "../core/session.js"
import type { View } from "../core/view.js"
import { isHeard } from "./asked.js"
import type { Foot } from "./foot.js"
import type { Manner } from "./manner.js"
import type { PositionListener } from "./positions.js"
import type { Reading } from "./reading.js"
import type { SilenceListener } from "./silences.js"
import type { Tail } from "./tail.js"

/** A listener as this file knows it. */
interface ControlListener extends PositionListener {
  readonly reading: Pick<Reading, "now" | "expiringAhead">
  readonly foot: Pick<Foot, "say">
  readonly token: Pick<Verified, "id" | "expiresAt">
  readonly session: Pick<Session, "onProbation">
  readonly view: Pick<View, "topics">
}

type ControlTail = Pick<Tail, "positions" | "expiries" | "silences">

export class Controls implements SilenceListener {
  readonly #listener: ControlListener
  readonly #tail: ControlTail
  readonly #subscribed = new Set<ControlTopic>()
  #ahead: Milliseconds
  /** The token of whose expiry was told. */
  #toldOf: string | undefined

  constructor(listener: ControlListener, tail: ControlTail) {
    this.#listener = listener
    this.#tail = tail
    this.#ahead = listener.reading.expiringAhead
  }

  get subscribed(): ReadonlySet<ControlTopic> {
    return this.#subscribed
  }

  /** Of what is subscribed, that which its token lets it hear. */
  get heard(): readonly ControlTopic[] {
    return [...this.#subscribed].filter((topic) => isHeard(topic, this.#listener.view.topics))
  }

  /** To be called before whoever asked is answered: nothing is told at once. */
  add(added: readonly ControlTopic[], { every, ahead }: Manner): void {
    for (const topic of added) this.#subscribed.add(topic)
    if (every !== undefined) this.#tail.positions.join(this.#listener, every)
    if (added.includes(streamTokenExpiring)) this.#ahead = ahead ?? this.#listener.reading.expiringAhead
  }

  /** To be called after the answer: what is so already is told at once. */
  begin(added: readonly ControlTopic[]): void {
    if (added.includes(streamTokenExpiring)) this.#awaitExpiry(this.#ahead)
    if (added.includes(streamListenerSilent)) this.#tail.silences.join(this)
  }

  take(taken: Iterable<ControlTopic>): void {
    for (const topic of taken) {
      this.#subscribed.delete(topic)
      if (topic === streamPosition) this.#tail.positions.leave(this.#listener)
      if (topic === streamTokenExpiring) this.#tail.expiries.leave(this)
      if (topic === streamListenerSilent) this.#tail.silences.leave(this)
    }
  }

  /** It may be told of what it was not before. */
  review(): void {
    this.#tail.silences.settle(this)
  }

  /** A good token came. */
  renew(): void {
    const { token, reading } = this.#listener
    // Else whoever asks to be told further ahead than its tokens live would renew, and be told, without end.
    const lead = Math.min(this.#ahead, (token.expiresAt - reading.now()) / 2)
    if (this.#subscribed.has(streamTokenExpiring)) this.#awaitExpiry(lead)
    this.review()
  }

  #awaitExpiry(ahead: Milliseconds): void {
    const { token, session, reading } = this.#listener
    // On probation it hears that its token is invalid, again and again.
    if (session.onProbation || token.id === this.#toldOf) return this.#tail.expiries.leave(this)
    const at = token.expiresAt - ahead
    if (at > reading.now()) this.#tail.expiries.join(this, at)
    else this.hearExpiring()
  }

  hearExpiring(): void {
    const { foot, token } = this.#listener
    const body: StreamTokenExpiring = { expiresAt: token.expiresAt }
    this.#tail.expiries.leave(this)
    this.#toldOf = token.id
    foot.say(streamTokenExpiring, body)
  }

  /** Whoever's token has lapsed is told nothing but that, and whoever's does not grant it nothing of silences. */
  get mayHear(): boolean {
    const { token, reading, view } = this.#listener
    return reading.now() < token.expiresAt && isHeard(streamListenerSilent, view.topics)
  }

  hearSilence: SilenceListener["hearSilence"] = (name, body) => this.#listener.foot.say(name, body)

  end(): void {
    this.take([...this.#subscribed])
  }
}
