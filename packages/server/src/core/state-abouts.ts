/**
 * Recognises the doors that events are about by the text that says so, which is the same from event to event: so that most
 * events are folded without being taken apart. It must not know what is folded.
 */

/** What an event of a door says, but for its own id and topic. */
interface Said {
  /** The device and its cloud node, as they stand in the text. */
  readonly about: string
  readonly occurred: number
}

const [begins, ends] = ['"deviceId":"', ',"occurred":']

/** Quotes within a text are escaped in JSON: what is looked for here is never part of a name. */
export function readSaid(text: string): Said | undefined {
  const from = text.indexOf(begins)
  const to = text.lastIndexOf(ends)
  if (from === -1 || to < from) return undefined
  const digits = text.slice(to + ends.length, -1)
  return /^\d+$/.test(digits) ? { about: text.slice(from, to), occurred: Number(digits) } : undefined
}

export class Abouts {
  readonly #doors = new Map<string, string>()
  readonly #abouts = new Map<string, string>()

  /** The door that was last said to be like this. */
  doorOf(about: string): string | undefined {
    return this.#doors.get(about)
  }

  remember(door: string, about: string): void {
    this.forget(door)
    this.#doors.set(about, door)
    this.#abouts.set(door, about)
  }

  forget(door: string): void {
    this.#doors.delete(this.#abouts.get(door) ?? "")
    this.#abouts.delete(door)
  }
}
