/** Makes people with cards, and the groups that they are in. It must not know doors. */
import type { Group, Holder } from "@doorstream/contract"
import type { Chance } from "../chance.js"
import { drawUuid } from "./uuid.js"

export const groupNames = ["Staff", "Facilities", "IT", "Lab", "Cleaning"] as const
export type GroupName = (typeof groupNames)[number]

export interface People {
  readonly groups: readonly Group[]
  readonly holders: readonly Holder[]
  idOf(group: GroupName): string
}

const firstNames =
  "Amara Jonas Priya Mateo Yuki Elena Samuel Claire Tomasz Leila Noor Henrik Aisha Diego Mei Ivana Kofi Louise Marek Zainab Ravi Sofia Emil Hana Tunde Nadia Felix Ines Omar Greta".split(
    " ",
  )
const lastNames =
  "Okafor Lindqvist Raman Herrera Tanaka Petrova Adeyemi Dubois Nowak Haddad Rahman Berg Diallo Castro Chen Horvat Mensah Laurent Zielinska Bello Iyer Marques Winter Sato Balogun Karimi Vogel Duarte Aziz Holm".split(
    " ",
  )

const created = "2026-01-05T08:00:00.000Z"

const pick = <T>(some: readonly T[], chance: Chance): T => some[chance.between(0, some.length - 1)] as T

/** A few are there at all hours, so that there is always somebody who may enter; most are staff. */
function drawGroups(index: number, chance: Chance): GroupName[] {
  if (index % 8 === 0) return ["Facilities"]
  if (index % 8 === 1) return ["Staff", "IT"]
  if (chance.falls(0.2)) return ["Staff", "Lab"]
  return chance.falls(0.08) ? ["Cleaning"] : ["Staff"]
}

/** Some have left, some are expected: known, and let in nowhere. */
function drawDates(index: number, chance: Chance): Pick<Holder, "enabled" | "activeDate" | "expireDate"> {
  const whole = { enabled: true, activeDate: null, expireDate: null }
  if (index < 4 || !chance.falls(0.06)) return whole
  return chance.falls(0.5)
    ? { ...whole, enabled: false }
    : { ...whole, expireDate: "2026-01-31T22:00:00.000Z" }
}

/** Every person has a name of their own: the hundredth Amara Okafor is Amara Okafor 100. */
function drawName(taken: Map<string, number>, chance: Chance): Pick<Holder, "firstName" | "lastName"> {
  const [firstName, lastName] = [pick(firstNames, chance), pick(lastNames, chance)]
  const count = (taken.get(`${firstName} ${lastName}`) ?? 0) + 1
  taken.set(`${firstName} ${lastName}`, count)
  return { firstName, lastName: count === 1 ? lastName : `${lastName} ${count}` }
}

export function makePeople(count: number, chance: Chance): People {
  const groups = groupNames.map((name): Group => ({ id: drawUuid(chance), name, created }))
  const idOf = (name: GroupName): string => groups[groupNames.indexOf(name)]?.id ?? ""
  const taken = new Map<string, number>()
  const holders = Array.from({ length: count }, (_, index): Holder => {
    const name = drawName(taken, chance)
    return {
      id: drawUuid(chance),
      ...name,
      email: `person-${index + 1}@building.example`,
      ...drawDates(index, chance),
      groups: drawGroups(index, chance).map(idOf),
      credentials: [
        {
          id: drawUuid(chance),
          facilityCode: String(11 + Math.floor(index / 60_000)),
          cardNumber: String(1_001 + (index % 60_000)),
        },
      ],
      created,
    }
  })
  return { groups, holders, idOf }
}
