/** Who and what a scene finds when it begins: the doors that are free, the people, the cards. */
import type { Holder } from "@doorstream/contract"
import { createDecide, type Card, type Decide } from "./access.js"
import { createDeck, type Chance, type Deck } from "./chance.js"
import type { Door, Read } from "./door.js"
import { roleOf, ruleOf, type DoorRule, type Plan, type Role } from "./plan.js"
import type { Stage } from "./scenes.js"

interface Place {
  readonly deviceId: string
  readonly role: Role
  readonly rule: DoorRule
}

/** What the stage needs to know of the building at the moment when a scene is to begin. */
export interface Scenery {
  readonly at: number
  door(deviceId: string): Door
  isFree(deviceId: string): boolean
  readonly connectionIds: readonly string[]
}

export interface Cast {
  /** How the door with this id answers a card at this moment. */
  read(deviceId: string, card: Card, at: number): Read
  setStage(scenery: Scenery): Stage
  /** Any door, whether somebody is there or not. */
  anyDoorId(): string
}

/** Doors and people come in shuffled turns, so that everybody and every door has a part. */
export function createCast({ devices, holders }: Plan, chance: Chance): Cast {
  const decide = createDecide(holders)
  const places = devices.map(({ id }, index): Place => {
    const role = roleOf(index)
    return { deviceId: id, role, rule: ruleOf(role, holders) }
  })
  const placeOf = new Map(places.map((place) => [place.deviceId, place]))
  const turns = createDeck(places, chance)
  const people = createDeck(holders, chance)
  return {
    read: (deviceId, card, at) => decide(card, (placeOf.get(deviceId) as Place).rule, at),
    setStage: (scenery) => ({
      at: scenery.at,
      chance,
      connectionIds: scenery.connectionIds,
      strangeCard: () => drawStrangeCard(decide, chance),
      findDoor: (fits, role) => findDoor(turns, places, scenery, fits, role),
      findVisit: (decision, fits) => findVisit(turns, people, scenery, decide, decision, fits),
    }),
    anyDoorId: () => (places[chance.between(0, places.length - 1)] as Place).deviceId,
  }
}

function findDoor(
  turns: Deck<Place>,
  places: readonly Place[],
  { door, isFree }: Scenery,
  fits: (door: Door) => boolean,
  role?: Role,
): Door | undefined {
  const matters = role !== undefined && places.some((place) => place.role === role)
  return turns.deal((place) => {
    if (!isFree(place.deviceId) || (matters && place.role !== role)) return undefined
    const found = door(place.deviceId)
    return fits(found) ? found : undefined
  })
}

function findVisit(
  turns: Deck<Place>,
  people: Deck<Holder>,
  { door, isFree, at }: Scenery,
  decide: Decide,
  decision: "allowed" | "denied",
  fits: (door: Door) => boolean = () => true,
): { door: Door; card: Card } | undefined {
  return turns.deal(({ deviceId, rule }) => {
    const found = door(deviceId)
    if (!isFree(deviceId) || !fits(found)) return undefined
    const card = people.deal(({ credentials }) =>
      credentials.find((credential) => decide(credential, rule, at).decision === decision),
    )
    return card && { door: found, card }
  })
}

/** Draws cards until one belongs to nobody. */
function drawStrangeCard(decide: Decide, chance: Chance): Card {
  const nobody: DoorRule = { admits: () => false, requestFactor: "CARD_ONLY" }
  const draw = (): Card => ({
    facilityCode: String(chance.between(1, 255)),
    cardNumber: String(chance.between(1, 65_535)),
  })
  let card = draw()
  while (decide(card, nobody, 0).decision !== "unknown") card = draw()
  return card
}
