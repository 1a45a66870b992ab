/**
 * How many are sent a lot at once: some, and the others wait for their turn, so that a thousand cloud nodes that come back
 * together do not fill the memory. Whoever is slow loses the place, and goes on. It must not know what is sent.
 */
import type { Milliseconds } from "../core/ports.js"

const atOnce = 16

/** Who gives no sign for so long does not keep others waiting. */
const patience: Milliseconds = 30_000

export class Slots<T> {
  readonly #taken = new Map<T, NodeJS.Timeout>()
  readonly #waiting = new Map<T, () => void>()

  /** Has it begin as soon as there is a place; at once where it has one already. */
  take(who: T, begin: () => void): void {
    if (this.#taken.has(who) || this.#taken.size < atOnce) this.#begin(who, begin)
    else this.#waiting.set(who, begin)
  }

  /** It has given a sign. */
  prolong(who: T): void {
    this.#taken.get(who)?.refresh()
  }

  /** It needs its place, or its turn, no longer. */
  free(who: T): void {
    this.#waiting.delete(who)
    const timer = this.#taken.get(who)
    if (timer === undefined) return
    clearTimeout(timer)
    this.#taken.delete(who)
    for (const [next, begin] of this.#waiting) {
      this.#waiting.delete(next)
      return this.#begin(next, begin)
    }
  }

  #begin(who: T, begin: () => void): void {
    clearTimeout(this.#taken.get(who))
    this.#taken.set(
      who,
      setTimeout(() => this.free(who), patience),
    )
    begin()
  }
}
