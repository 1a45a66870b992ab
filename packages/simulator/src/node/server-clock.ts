/** Estimates the server's clock from what it says, by a clock of its own that is never put back. PROTOCOL §16.10. */

/** An estimate is replaced by a worse one after so long: no two clocks go alike. In milliseconds. */
const lifetime = 60_000

export class ServerClock {
  readonly #steady: () => number
  /** What is to be added to the steady clock, how long the answer took from which it is known, and when that was. */
  #known: { readonly ahead: number; readonly took: number; readonly at: number } | undefined

  /** @param steady milliseconds from any beginning; it never goes back */
  constructor(steady: () => number) {
    this.#steady = steady
  }

  /**
   * Takes what the server's clock said, which is half of the way old.
   *
   * @param time milliseconds since 1970
   * @param askedAt when that was asked for of which this is the answer, by the steady clock; unknown unless told
   */
  hear(time: number, askedAt?: number): void {
    const at = this.#steady()
    const took = askedAt === undefined ? Infinity : at - askedAt
    const known = this.#known
    if (known === undefined || took <= known.took || at - known.at > lifetime)
      this.#known = { ahead: time + (askedAt === undefined ? 0 : took / 2) - at, took, at }
    // It is later now than it was when that was said.
    else if (known.ahead + at < time) this.#known = { ...known, ahead: time - at }
  }

  /** The server's time at this moment, in milliseconds since 1970; undefined where it has said nothing yet. */
  now(): number | undefined {
    return this.#known && this.#known.ahead + this.#steady()
  }
}
