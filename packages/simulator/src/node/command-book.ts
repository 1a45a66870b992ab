/**
 * Remembers which commands a cloud node was given, so that none is done twice or late. It must not know what they do.
 * PROTOCOL §16.
 */

/** An id is remembered for so long after its command expired, in milliseconds: the two clocks may differ a little. */
const afterwards = 60_000

interface Given {
  readonly id: string
  /** In milliseconds since 1970, by the server's clock. */
  readonly expires: number
}

export class CommandBook {
  readonly #most: number
  /** When each expires, in the order in which they came. */
  readonly #given = new Map<string, number>()

  /** @param most so many are remembered at once, at most */
  constructor(most = 10_000) {
    this.#most = most
  }

  /**
   * Writes a command down, and says why it must not be done, if so.
   *
   * @param now the server's time, in milliseconds since 1970
   */
  write({ id, expires }: Given, now: number): "late" | "repeated" | "too many" | undefined {
    this.#forget(now)
    if (this.#given.has(id)) return "repeated"
    if (isLate({ expires }, now)) return "late"
    if (this.#given.size >= this.#most) return "too many"
    this.#given.set(id, expires)
    return undefined
  }

  #forget(now: number): void {
    for (const [id, expires] of this.#given) {
      const isFull = this.#given.size >= this.#most
      // One that is late would be refused for that, if it came again.
      if (expires + (isFull ? 0 : afterwards) < now) this.#given.delete(id)
      else if (!isFull) return
    }
  }
}

export const isLate = ({ expires }: Pick<Given, "expires">, now: number): boolean => now >= expires
