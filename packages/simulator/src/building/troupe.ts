/**
 * Plays scenes, beat by beat, each in its place. Each beat is planned when the one before is over, so that none
 * overtakes another. It must not know which scenes there are, or what comes of them.
 */
import { createAgenda } from "./agenda.js"
import type { Act, Scene } from "./scenes.js"

/** What scenes are played in. */
export interface World {
  act(place: string, act: Act, at: number): void
}

/** A beat of a scene, or the end of its claim to its place. */
interface Cue {
  readonly after: number
  readonly act: Act | { readonly does: "frees" }
}

interface Playing {
  readonly place: string
  readonly beat: Cue
  readonly rest: readonly Cue[]
}

/** Whoever gives way waits for so long. */
const givesWay = 250

export class Troupe {
  readonly #world: World
  readonly #agenda = createAgenda<Playing>()
  readonly #busy = new Set<string>()

  constructor(world: World) {
    this.#world = world
  }

  nextAt(): number {
    return this.#agenda.nextAt() ?? Infinity
  }

  isFree(place: string): boolean {
    return !this.#busy.has(place)
  }

  /** Begins a scene. Where its place is taken already, it claims nothing and plays beside what goes on there. */
  begin({ place, lasts, beats }: Scene, at: number): void {
    const frees: readonly Cue[] = this.#busy.has(place) ? [] : [{ after: lasts, act: { does: "frees" } }]
    this.#busy.add(place)
    this.#plan(
      place,
      [...beats, ...frees].toSorted((one, other) => one.after - other.after),
      at,
    )
  }

  /** Plays what is next. Where it is crowded, whoever is not in the middle of something waits for a moment. */
  goOn(isCrowded = false): void {
    const at = this.nextAt()
    const { place, beat, rest } = this.#agenda.take() as Playing
    const { act } = beat
    if (isCrowded && act.does !== "pulls" && act.does !== "frees") {
      this.#agenda.add(at + givesWay, { place, beat, rest })
      return
    }
    this.#plan(place, rest, at - beat.after)
    if (act.does === "frees") this.#busy.delete(place)
    else this.#world.act(place, act, at)
  }

  shift(by: number): void {
    this.#agenda.shift(by)
  }

  #plan(place: string, [beat, ...rest]: readonly Cue[], from: number): void {
    if (beat !== undefined) this.#agenda.add(from + beat.after, { place, beat, rest })
  }
}
