/**
 * The keys that a cloud node has: one, or two where it does not know whether a new one has taken the old one's place
 * (PROTOCOL §16.15). It must not know how they are proven.
 */

export class Keyring {
  #keys: readonly string[]
  /** How many were refused one after the other. */
  #refused = 0
  readonly #keep: (keys: readonly string[]) => Promise<void>

  constructor(keys: readonly string[], keep: (keys: readonly string[]) => Promise<void>) {
    this.#keys = keys
    this.#keep = keep
  }

  get first(): string {
    return this.#keys[0] ?? ""
  }

  /** The first one is good. */
  accepted(): void {
    this.#refused = 0
  }

  /** The first one is not good: the other one is tried. Tells whether all were refused. */
  refused(): boolean {
    this.#keys = [...this.#keys.slice(1), ...this.#keys.slice(0, 1)]
    this.#refused += 1
    return this.#refused % Math.max(1, this.#keys.length) === 0
  }

  /** Resolves when the new one is kept beside the others. */
  async add(key: string): Promise<void> {
    await this.#change([key, ...this.#keys])
  }

  /** Resolves when only the first one is kept. */
  async settle(): Promise<void> {
    await this.#change(this.#keys.slice(0, 1))
  }

  /** Resolves when this one is kept in place of all. */
  async replace(key: string): Promise<void> {
    await this.#change([key])
  }

  async #change(keys: readonly string[]): Promise<void> {
    await this.#keep(keys)
    this.#keys = keys
  }
}
