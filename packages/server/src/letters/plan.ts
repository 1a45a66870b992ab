/** Plans what is written of dead letters: those that are added, changed and let go of. Nothing is changed by it. */
import type { DeadLetter } from "../core/letters.js"
import type { SystemId } from "../core/ports.js"
import type { Unnumbered, Waiting } from "./inbox.js"
import type { Kept, LetterTable, Standing, Write } from "./table.js"

export interface LetterBounds {
  readonly count: number
  readonly bytes: number
}

/** A letter that is replaced; without another it goes. */
export interface Changed {
  readonly kept: Kept
  readonly to?: DeadLetter
}

const written = (letter: Unnumbered): string => JSON.stringify(letter)

/** What of a system's letters is to be written, with how they stand after that. */
interface Plan {
  readonly writes: readonly Write[]
  readonly standing: Standing
}

/** Adds what waits, and lets go of the oldest as far as they are too many. */
export function planAdding(
  table: LetterTable,
  bounds: LetterBounds,
  system: SystemId,
  waiting: Waiting,
): Plan {
  const before = table.standing(system)
  const added = waiting.letters.map((letter, index) => {
    const text = written(letter)
    return { number: before.last + index + 1, text, size: text.length }
  })
  let count = before.count + added.length
  let bytes = added.reduce((sum, { size }) => sum + size, before.bytes)
  const isTooMuch = (): boolean => count > bounds.count || bytes > bounds.bytes
  const gone: Write[] = []
  const letGo = (number: number, size: number): void => {
    gone.push(table.letterWrite(system, number, undefined))
    count -= 1
    bytes -= size
  }
  if (isTooMuch())
    for (const { letter, size } of table.after(system, 0)) {
      letGo(letter.number, size)
      if (!isTooMuch()) break
    }
  const writes = added.map(({ number, text }) => table.letterWrite(system, number, text))
  for (const { number, size } of added) if (isTooMuch()) letGo(number, size)
  const dropped = before.dropped + waiting.dropped + gone.length
  const standing = { system, last: before.last + added.length, count, bytes, dropped }
  return { writes: [...writes, ...gone, table.standingWrite(standing)], standing }
}

/** Replaces letters, or lets go of them. */
export function planChanging(table: LetterTable, system: SystemId, changed: readonly Changed[]): Plan {
  let { count, bytes } = table.standing(system)
  const writes = changed.map(({ kept, to }) => {
    const { number: _, ...rest } = to ?? kept.letter
    const text = to === undefined ? undefined : written(rest)
    if (text === undefined) count -= 1
    bytes += (text?.length ?? 0) - kept.size
    return table.letterWrite(system, kept.letter.number, text)
  })
  const standing = { ...table.standing(system), count, bytes }
  return { writes: [...writes, table.standingWrite(standing)], standing }
}
