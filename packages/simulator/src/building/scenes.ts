/**
 * What a scene is: who does what, how many milliseconds after its beginning, and what it may choose from. It must not
 * know any particular scene.
 */
import type { Card, Shown } from "./access.js"
import type { Chance } from "./chance.js"
import type { Door, DoorInput } from "./door.js"

/** What is done at a door. */
export type DoorAct =
  | { readonly does: "input"; readonly input: DoorInput }
  | { readonly does: "presents"; readonly shown: Shown }
  /** The holder is let in or not as if present. */
  | { readonly does: "readsVirtually"; readonly holderId: string }
  /** Opens the door if it may be opened, and else stays outside. */
  | { readonly does: "pulls" }
  /** Ends an opening that somebody began; where a schedule wants the door open by now, it stays so. */
  | { readonly does: "endsHours" }

export type Act =
  | DoorAct
  /** The line of a cloud node or a connection, by its id. */
  | { readonly does: "cuts" | "mends"; readonly id: string }

export interface Beat {
  readonly after: number
  readonly act: Act
}

export interface Scene {
  /** Where it plays, and where nothing else begins meanwhile: a door's id, or another place's. */
  readonly place: string
  /** For how long no other scene begins in the same place, in milliseconds. */
  readonly lasts: number
  /** In any order; they follow one another in that of their times. */
  readonly beats: readonly Beat[]
}

type Fits = (door: Door) => boolean

/** What a scene may choose from at this moment. Only places where nothing is going on are offered. */
export interface Stage {
  readonly at: number
  readonly chance: Chance
  /** A door that fits; one that is preferred if there is any such free one. */
  findDoor(fits: Fits, preferred?: Fits): Door | undefined
  /** A door that fits, and what somebody shows there who is answered so. */
  findVisit(decision: "allowed" | "denied", fits?: Fits): { door: Door; shown: Shown } | undefined
  /** Whether rules say when this door is kept unlocked. */
  isScheduled(door: Door): boolean
  /** A card that belongs to nobody. */
  strangeCard(): Card
}

export type Play = (stage: Stage) => Scene | undefined

export const input = (
  kind: Exclude<
    DoorInput,
    { on: boolean } | { read: unknown } | { dwell?: number } | { settings: unknown }
  >["kind"],
): Act => ({ does: "input", input: { kind } })
export const turn = (kind: "autoOpen" | "forceOpen" | "doNotDisturb", on: boolean): Act => ({
  does: "input",
  input: { kind, on },
})
export const endsHours: Act = { does: "endsHours" }
export const pulls: Act = { does: "pulls" }
export const presents = (shown: Shown): Act => ({ does: "presents", shown })

/** A card can be read anywhere and at any time, and is always reported: what remains when nothing else can begin. */
export const readAt = ({ settings }: Door, shown: Shown): Scene => ({
  place: settings.id,
  lasts: 1_000,
  beats: [{ after: 0, act: presents(shown) }],
})
