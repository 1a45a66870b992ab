/**
 * What goes on in a building: the doors as they stand, the scenes that play at them, what is to happen next. A new
 * scene begins whenever it has been quiet for a moment. It must not know the clock or the server.
 */
import type { Report } from "@doorstream/contract"
import { createAgenda } from "./agenda.js"
import { createCast, type Cast } from "./cast.js"
import { createDeck, type Chance, type Deck } from "./chance.js"
import { createDoor, mayOpen, shiftDoor, step, wakesAt, type Door, type DoorInput } from "./door.js"
import { roleOf, settingsOf, type Plan } from "./plan.js"
import { readAt, scenes, type Act, type Play, type Scene } from "./scenes.js"

/** A report before it has its id. */
export type Said = Omit<Report, "id">

/** How long it is quiet before somebody comes, in milliseconds. */
const shortestQuiet = 1_300
const longestQuiet = 2_400
/** Should a scene begin without a word, the next one follows so soon. */
const patience = 200
/** Two reports in so short a time are a crowd: whoever is not in a hurry waits for a moment. */
const crowded = 1_000
const givesWay = 250

/** Where a scene plays that is at no door. */
const controllers = "controllers"

const timePassed: DoorInput = { kind: "timePassed" }

/** What is left of a scene. Each beat is planned when the one before is over, so that none overtakes another. */
interface Playing {
  readonly place: string
  readonly beat: Cue
  readonly rest: readonly Cue[]
}

/** A beat of a scene, or the end of its claim to its place. A scene in a place that is taken claims nothing. */
interface Cue {
  readonly after: number
  readonly act: Act | { readonly does: "frees" }
}

type Moment = ({ readonly kind: "plays" } & Playing) | { readonly kind: "wakes"; readonly deviceId: string }

export class Life {
  readonly #chance: Chance
  readonly #cast: Cast
  readonly #deck: Deck<Play>
  readonly #doors: Map<string, Door>
  readonly #connectionIds: readonly string[]
  readonly #agenda = createAgenda<Moment>()
  readonly #busy = new Set<string>()
  /** When somebody comes if nothing is reported until then. */
  #quietUntil: number
  /** When the newest two reports occurred, the older one first. */
  #newest: readonly [number, number] = [-Infinity, -Infinity]

  constructor(plan: Plan, chance: Chance, from: number) {
    this.#chance = chance
    this.#cast = createCast(plan, chance)
    this.#deck = createDeck(scenes, chance)
    this.#doors = new Map(
      plan.devices.map((device, index) => [device.id, createDoor(settingsOf(device, roleOf(index)))]),
    )
    this.#connectionIds = plan.connections.map(({ id }) => id)
    this.#quietUntil = from + this.#drawQuiet()
  }

  nextAt(): number {
    return Math.min(this.#agenda.nextAt() ?? Infinity, this.#quietUntil)
  }

  /** Does what is next, and tells what was reported of it. */
  goOn(): readonly Said[] {
    const at = this.nextAt()
    if (this.#agenda.nextAt() !== at) {
      this.#quietUntil = at + patience
      this.#begin(this.#chooseScene(at), at)
      return []
    }
    const moment = this.#agenda.take() as Moment
    const said =
      moment.kind === "plays" ? this.#play(moment, at) : this.#step(moment.deviceId, timePassed, at)
    for (const { occurred } of said) this.#newest = [this.#newest[1], occurred]
    if (said.length > 0) this.#quietUntil = at + this.#drawQuiet()
    return said
  }

  shift(by: number): void {
    this.#agenda.shift(by)
    this.#quietUntil += by
    this.#newest = [this.#newest[0] + by, this.#newest[1] + by]
    for (const [id, door] of this.#doors) this.#doors.set(id, shiftDoor(door, by))
  }

  #drawQuiet(): number {
    return this.#chance.between(shortestQuiet, longestQuiet)
  }

  #door(id: string): Door {
    const door = this.#doors.get(id)
    if (door === undefined) throw new Error(`There is no door ${id} in this building.`)
    return door
  }

  #chooseScene(at: number): Scene {
    const stage = this.#cast.setStage({
      at,
      door: (id) => this.#door(id),
      isFree: (id) => !this.#busy.has(id),
      connectionIds: this.#busy.has(controllers) ? [] : this.#connectionIds,
    })
    return (
      this.#deck.deal((play) => play(stage)) ??
      readAt(this.#door(this.#cast.anyDoorId()), stage.strangeCard())
    )
  }

  #begin({ deviceId: place = controllers, lasts, beats }: Scene, at: number): void {
    const frees: readonly Cue[] = this.#busy.has(place) ? [] : [{ after: lasts, act: { does: "frees" } }]
    this.#busy.add(place)
    this.#plan(
      place,
      [...beats, ...frees].toSorted((one, other) => one.after - other.after),
      at,
    )
  }

  #plan(place: string, [beat, ...rest]: readonly Cue[], at: number): void {
    if (beat !== undefined) this.#agenda.add(at, { kind: "plays", place, beat, rest })
  }

  #play(playing: Playing, at: number): readonly Said[] {
    const { place, beat, rest } = playing
    const { act } = beat
    if (act.does !== "pulls" && act.does !== "frees" && at - this.#newest[0] < crowded) {
      this.#agenda.add(at + givesWay, { kind: "plays", ...playing })
      return []
    }
    this.#plan(place, rest, at + (rest[0]?.after ?? 0) - beat.after)
    if (act.does !== "frees") return this.#act(place, act, at)
    this.#busy.delete(place)
    return []
  }

  #act(deviceId: string, act: Act, at: number): readonly Said[] {
    switch (act.does) {
      case "syncs":
        return [{ topic: act.topic, occurred: at, body: act.body }]
      case "input":
        return this.#step(deviceId, act.input, at)
      case "presents":
        return this.#step(deviceId, { kind: "read", read: this.#cast.read(deviceId, act.card, at) }, at)
      case "pulls":
        return mayOpen(this.#door(deviceId), at) ? this.#step(deviceId, { kind: "opened" }, at) : []
    }
  }

  #step(deviceId: string, input: DoorInput, at: number): readonly Said[] {
    const before = this.#door(deviceId)
    const { door, reports } = step(before, input, at)
    this.#doors.set(deviceId, door)
    const wakes = wakesAt(door)
    if (wakes !== undefined && wakes !== wakesAt(before)) this.#agenda.add(wakes, { kind: "wakes", deviceId })
    return reports
  }
}
