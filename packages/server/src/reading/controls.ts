/**
 * What a listener has subscribed that is no event of the log, `stream.position` and its like: each is told by whoever knows
 * of it, until the listener leaves. It must not know sessions. PROTOCOL §20.
 */
import { streamPosition, type ControlTopic } from "@doorstream/contract"
import type { Milliseconds } from "../core/ports.js"
import type { PositionListener } from "./positions.js"
import type { Tail } from "./tail.js"

export class Controls {
  readonly #listener: PositionListener
  readonly #tail: Pick<Tail, "positions">
  readonly #heard = new Set<ControlTopic>()

  constructor(listener: PositionListener, tail: Pick<Tail, "positions">) {
    this.#listener = listener
    this.#tail = tail
  }

  get heard(): readonly ControlTopic[] {
    return [...this.#heard]
  }

  /** @param every how often positions are told, where they are among what is added */
  add(added: readonly ControlTopic[], every: Milliseconds | undefined): void {
    for (const topic of added) this.#heard.add(topic)
    if (every !== undefined) this.#tail.positions.join(this.#listener, every)
  }

  take(taken: Iterable<ControlTopic>): void {
    for (const topic of taken) {
      this.#heard.delete(topic)
      if (topic === streamPosition) this.#tail.positions.leave(this.#listener)
    }
  }

  end(): void {
    this.take([...this.#heard])
  }
}
