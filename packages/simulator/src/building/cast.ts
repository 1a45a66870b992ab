/** Who and what a scene finds when it begins: the doors that are free, the people, what they show. */
import type { Card, Control, Shown } from "./access.js"
import type { Chance, Turns } from "./chance.js"
import type { Door } from "./door.js"
import type { Stage } from "./scenes.js"

/** What a stage is set with. */
export interface Scenery {
  readonly at: number
  readonly chance: Chance
  readonly control: Control
  /** The ids of the doors, and of the people, in the order in which it is their turn. */
  readonly doorIds: Turns<string>
  readonly people: Turns<string>
  door(deviceId: string): Door
  isFree(deviceId: string): boolean
  isScheduled(deviceId: string): boolean
}

type Fits = (door: Door) => boolean

export function setStage(scenery: Scenery): Stage {
  const { at, chance, control } = scenery
  return {
    at,
    chance,
    findDoor: (fits, preferred) =>
      (preferred && findDoor(scenery, (door) => preferred(door) && fits(door))) ?? findDoor(scenery, fits),
    findVisit: (decision, fits) => findVisit(scenery, decision, fits),
    isScheduled: ({ settings }) => scenery.isScheduled(settings.id),
    strangeCard: () => drawStrangeCard(control, chance),
  }
}

function findDoor({ doorIds, door, isFree }: Scenery, fits: Fits): Door | undefined {
  return doorIds.deal((id) => {
    if (!isFree(id)) return undefined
    const found = door(id)
    return fits(found) ? found : undefined
  })
}

function findVisit(
  { doorIds, people, door, isFree, control, at }: Scenery,
  decision: "allowed" | "denied",
  fits: Fits = () => true,
): { door: Door; shown: Shown } | undefined {
  return doorIds.deal((id) => {
    const found = door(id)
    if (!isFree(id) || !fits(found)) return undefined
    const shown = people.deal((holderId) => {
      const would = control.show(holderId, id, at)
      return would && control.decide(would, id, at).decision === decision ? would : undefined
    })
    return shown && { door: found, shown }
  })
}

/** Draws cards until one belongs to nobody. */
export function drawStrangeCard(control: Control, chance: Chance): Card {
  const draw = (): Card => ({
    facilityCode: String(chance.between(1, 255)),
    cardNumber: String(chance.between(1, 65_535)),
  })
  let card = draw()
  while (control.decide({ card }, "", 0).decision !== "unknown") card = draw()
  return card
}
