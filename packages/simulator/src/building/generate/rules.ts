/** Makes the rules of a building: who may enter where and when, what is unlocked by day, what is closed on Sundays. */
import { weekdays, type Rule } from "@doorstream/contract"
import type { Chance } from "../chance.js"
import type { Doors, Purpose } from "./doors.js"
import type { GroupName, People } from "./people.js"
import { drawUuid } from "./uuid.js"

type Draft = Pick<Rule, "name"> &
  Partial<Omit<Rule, "groups" | "devices">> & {
    readonly at: readonly Purpose[]
    readonly for?: readonly GroupName[]
  }

const workdays = ["Mon", "Tue", "Wed", "Thu", "Fri"] as const
const everywhere: readonly Purpose[] = ["entrance", "delivery", "office", "lab", "meeting", "server"]

/** A rule ends on the day on which it begins, so what goes over midnight is two. */
const drafts: readonly Draft[] = [
  { name: "Facilities, at any time", at: everywhere, for: ["Facilities"] },
  {
    name: "Staff in working hours",
    at: ["entrance", "office", "meeting"],
    for: ["Staff"],
    startTime: "06:30",
    stopTime: "21:00",
    recurring: workdays,
  },
  {
    name: "Staff at the loading dock",
    at: ["delivery"],
    for: ["Staff"],
    startTime: "07:00",
    stopTime: "17:00",
    recurring: workdays,
  },
  { name: "Labs", at: ["lab"], for: ["Lab"], authenticationPolicy: "cardOrPin" },
  { name: "Servers, with card and PIN", at: ["server"], for: ["IT"], authenticationPolicy: "cardAndPin" },
  {
    name: "Cleaning, until midnight",
    at: ["entrance", "office", "lab", "meeting"],
    for: ["Cleaning"],
    startTime: "21:00",
  },
  {
    name: "Cleaning, after midnight",
    at: ["entrance", "office", "lab", "meeting"],
    for: ["Cleaning"],
    stopTime: "02:00",
  },
  { name: "Nobody cleans on Sundays", at: everywhere, for: ["Cleaning"], allow: false, recurring: ["Sun"] },
  {
    name: "Open house",
    type: "autoOpen",
    at: ["entrance"],
    startTime: "08:00",
    stopTime: "18:00",
    recurring: workdays,
  },
  {
    name: "Open on Saturdays",
    type: "autoOpen",
    at: ["entrance"],
    startTime: "09:00",
    stopTime: "13:00",
    recurring: ["Sat"],
  },
  {
    name: "Lunch break",
    type: "autoOpen",
    allow: false,
    at: ["entrance"],
    startTime: "12:30",
    stopTime: "13:30",
  },
]

/** Those of the drafts that are about any door of this building. */
export function makeRules({ devices, purposes }: Doors, { idOf }: People, chance: Chance): readonly Rule[] {
  return drafts.flatMap(({ at, for: groups = [], ...draft }) => {
    const meant = devices.filter(({ id }) => at.includes(purposes.get(id) as Purpose)).map(({ id }) => id)
    if (meant.length === 0) return []
    const access = { type: "access", authenticationPolicy: "cardOnly" } as const
    const rule: Rule = {
      id: drawUuid(chance),
      allow: true,
      startTime: "00:00",
      stopTime: "24:00",
      recurring: weekdays,
      created: "2026-01-05T08:00:00.000Z",
      ...(draft.type === "autoOpen" ? { type: draft.type } : access),
      ...draft,
      groups: groups.map(idOf),
      holders: [],
      devices: meant,
    }
    return [rule]
  })
}
