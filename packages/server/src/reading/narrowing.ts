/**
 * What a listener was shown before its view was changed: as long as it reads what happened meanwhile, whatever is
 * withheld of it is told. It must not know why the view was changed. PROTOCOL §23.
 */
import type { Position, Row } from "../core/ports.js"
import type { View } from "../core/view.js"

interface Former {
  readonly view: View
  /** The newest position that it was shown by this. */
  readonly upTo: Position
}

export class Formers {
  readonly #formers = new Map<View["key"], Former>()

  /** @param upTo what comes after that nobody has a claim to */
  add(view: View, upTo: Position): void {
    this.#formers.set(view.key, { view, upTo })
  }

  /** Whether the row, which is shown no more, would have been shown before. */
  showed(row: Row): boolean {
    for (const { view, upTo } of this.#formers.values())
      if (row.position <= upTo && view.show(row) !== undefined) return true
    return false
  }

  /** Everything that happened meanwhile was read. */
  clear(): void {
    this.#formers.clear()
  }
}
