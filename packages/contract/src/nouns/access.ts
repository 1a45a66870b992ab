/** Who may go where and when, as it is written: holders, their credentials, groups and rules. */
import { authenticationPolicies, ruleTypes, weekdays } from "../entities.js"
import type { WrittenFields } from "./field.js"
import { description, externalId, name } from "./shared.js"

export const holder = {
  externalId,
  firstName: { is: "text", least: 1, most: 200, means: "The first name.", required: true },
  lastName: { is: "text", least: 0, most: 200, means: "The last name.", otherwise: "" },
  email: { is: "email", means: "Where mail reaches them." },
  enabled: { is: "yesNo", means: "Whether they are let in anywhere at all.", otherwise: true },
  activeDate: { is: "date", means: "From when on they are let in.", otherwise: null },
  expireDate: { is: "date", means: "Until when they are let in.", otherwise: null },
  pin: {
    is: "pin",
    means: "What they type at doors. It is never shown.",
    writeOnly: true,
    keptAs: "pinHash",
  },
  groups: {
    is: "list",
    of: { is: "reference", to: "group" },
    most: 1000,
    means: "The groups that they are in.",
    otherwise: [],
  },
} as const satisfies WrittenFields

export const credential = {
  externalId,
  facilityCode: { is: "cardText", means: "The facility code on the card.", required: true },
  cardNumber: { is: "cardText", means: "The number on the card.", required: true },
} as const satisfies WrittenFields

export const group = { externalId, name, description } as const satisfies WrittenFields

const listOf = (to: "group" | "holder" | "device", means: string) =>
  ({ is: "list", of: { is: "reference", to }, most: 1000, means, otherwise: [] }) as const

export const rule = {
  externalId,
  name,
  type: {
    is: "oneOf",
    words: ruleTypes,
    means: "`access` lets people in; `autoOpen` keeps doors unlocked.",
    required: true,
  },
  allow: { is: "yesNo", means: "A rule that does not allow wins over those that do.", otherwise: true },
  authenticationPolicy: {
    is: "oneOf",
    words: authenticationPolicies,
    means: "How holders show who they are; only of `access`, where it is `cardOnly` unless told.",
  },
  groups: listOf("group", "The groups that it is for; only of `access`."),
  holders: listOf("holder", "The holders that it is for; only of `access`."),
  devices: listOf("device", "The devices that it is about."),
  startTime: {
    is: "timeOfDay",
    means: "When it begins to hold, as `HH:MM` in the time zone of the cloud node.",
    otherwise: "00:00",
  },
  stopTime: { is: "timeOfDay", means: "When it ends, as `HH:MM` later on the same day.", otherwise: "24:00" },
  recurring: {
    is: "list",
    of: { is: "oneOf", words: weekdays },
    most: 7,
    means: "The days on which it holds.",
    otherwise: weekdays,
  },
} as const satisfies WrittenFields
