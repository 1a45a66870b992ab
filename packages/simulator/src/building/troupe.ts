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
  /** How often the place had been cleared when it began: a scene from before a clearing is over. */
  readonly cleared: number
  readonly beat: Cue
  readonly rest: readonly Cue[]
}

/** Whoever gives way waits for so long. */
const givesWay = 250

export class Troupe {
  readonly #world: World
  readonly #agenda = createAgenda<Playing>()
  readonly #busy = new Set<string>()
  readonly #cleared = new Map<string, number>()

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
    const cues = [...beats, ...frees].toSorted((one, other) => one.after - other.after)
    this.#busy.add(place)
    this.#plan({ place, cleared: this.#clearings(place) }, cues, at)
  }

  /** Whoever is in the middle of something there leaves it at that, and nobody begins anything there for so long. */
  clear(place: string, lasts: number, at: number): void {
    this.#cleared.set(place, this.#clearings(place) + 1)
    this.#busy.delete(place)
    this.begin({ place, lasts, beats: [] }, at)
  }

  /** These places are no longer there: nothing goes on in them. */
  leave(places: readonly string[]): void {
    const gone = new Set(places)
    this.#agenda.keep(({ place }) => !gone.has(place))
    for (const place of places) this.#busy.delete(place)
  }

  /** Plays what is next. Where it is crowded, whoever is not in the middle of something waits for a moment. */
  goOn(isCrowded = false): void {
    const at = this.nextAt()
    const playing = this.#agenda.take() as Playing
    const { place, cleared, beat, rest } = playing
    if (cleared !== this.#clearings(place)) return
    const { act } = beat
    if (isCrowded && act.does !== "pulls" && act.does !== "frees") {
      this.#agenda.add(at + givesWay, playing)
      return
    }
    this.#plan({ place, cleared }, rest, at - beat.after)
    if (act.does === "frees") this.#busy.delete(place)
    else this.#world.act(place, act, at)
  }

  shift(by: number): void {
    this.#agenda.shift(by)
  }

  #clearings(place: string): number {
    return this.#cleared.get(place) ?? 0
  }

  #plan(scene: Pick<Playing, "place" | "cleared">, [beat, ...rest]: readonly Cue[], from: number): void {
    if (beat !== undefined) this.#agenda.add(from + beat.after, { ...scene, beat, rest })
  }
}
