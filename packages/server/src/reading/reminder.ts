/** Says something at once and then again and again, until it is told to stop. It must not know what is said. */
import type { Milliseconds } from "../core/ports.js"

export class Reminder {
  readonly #every: Milliseconds
  readonly #say: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(every: Milliseconds, say: () => void) {
    this.#every = every
    this.#say = say
  }

  /** Where it has started, that is enough. */
  start(): void {
    if (this.#timer !== undefined) return
    this.#say()
    this.#timer = setInterval(this.#say, this.#every)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
