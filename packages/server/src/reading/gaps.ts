/**
 * Gathers events that a listener cannot have, so that those in a row are told as one gap, however many pages of the log
 * they take. It must not know why they cannot be had.
 */
import type { Gap } from "@doorstream/contract"
import type { Position } from "../core/ports.js"

export class Gaps {
  readonly #say: (gap: Gap) => void
  #untold: Gap | undefined

  constructor(say: (gap: Gap) => void) {
    this.#say = say
  }

  /** The first position that is gathered and not told; Infinity where there is none. */
  get from(): Position {
    return this.#untold?.from ?? Infinity
  }

  add(position: Position, reason: Gap["reason"]): void {
    if (this.#untold?.reason !== reason) this.tell()
    const { from, count } = this.#untold ?? { from: position, count: 0 }
    this.#untold = { from, to: position, count: count + 1, reason }
  }

  tell(): void {
    // Until it is told, nobody may be told of a position beyond it.
    if (this.#untold !== undefined) this.#say(this.#untold)
    this.#untold = undefined
  }
}
