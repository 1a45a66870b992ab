/**
 * Keeps the cursor of what was dealt with in the user's store, one write at a time and always the newest. It must not know
 * what was heard.
 */
import { DoorstreamError, sentenceOf } from "./errors.js"
import type { CursorStore } from "./options.js"

const failed = (what: string, cause: unknown): DoorstreamError =>
  new DoorstreamError("store_failed", `The store could not ${what} the cursor: ${sentenceOf(cause)}`, {
    cause,
  })

/** @throws DoorstreamError `store_failed`: to begin elsewhere would lose events in silence */
export async function loadCursor(store: CursorStore): Promise<string | undefined> {
  let cursor: unknown
  try {
    cursor = await store.load()
  } catch (error) {
    throw failed("load", error)
  }
  if (cursor === undefined || cursor === null) return undefined
  if (typeof cursor === "string" && cursor !== "") return cursor
  throw failed("load", new TypeError("What it has is no text. Begin anew by emptying the store."))
}

export class Keeping {
  readonly #store: CursorStore | undefined
  readonly #onFailed: (error: DoorstreamError) => void
  #newest: string | undefined
  #kept: string | undefined
  #saving: Promise<void> | undefined
  /** What was thrown when a failure was told. */
  #wish: { readonly thrown: unknown } | undefined

  /** @param onFailed hears of each write that failed; the next cursor is written all the same */
  constructor(store: CursorStore | undefined, onFailed: (error: DoorstreamError) => void) {
    this.#store = store
    this.#onFailed = onFailed
  }

  /** The cursor of the last that was dealt with. */
  get cursor(): string | undefined {
    return this.#newest
  }

  /** Everything up to this cursor was dealt with. */
  reach(cursor: string): void {
    if (this.#wish !== undefined) throw this.#wish.thrown
    this.#newest = cursor
    if (this.#store !== undefined) this.#saving ??= this.#save(this.#store)
  }

  /** Resolves when the newest is kept, or could not be. */
  async settle(): Promise<void> {
    await this.#saving
  }

  async #save(store: CursorStore): Promise<void> {
    // Whatever is dealt with in the same turn goes in one write.
    await Promise.resolve()
    while (this.#newest !== this.#kept) {
      this.#kept = this.#newest
      try {
        await store.save(this.#newest!)
      } catch (error) {
        this.#tell(failed("save", error))
      }
    }
    this.#saving = undefined
  }

  /** Whoever throws when it is told of a trouble wants the loop to end by that. */
  #tell(error: DoorstreamError): void {
    try {
      this.#onFailed(error)
    } catch (thrown) {
      this.#wish = { thrown }
    }
  }
}
