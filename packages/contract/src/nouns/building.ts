/** What a building is made of, as it is written: cloud nodes, their connections and devices. */
import { connectionTypes } from "../entities.js"
import type { WrittenFields } from "./field.js"
import { description, externalId, name } from "./shared.js"

export const cloudNode = {
  externalId,
  name,
  description,
  serialNumber: {
    is: "text",
    least: 1,
    most: 64,
    means: "The number on its panel, unique in the system.",
    required: true,
  },
  locale: { is: "locale", means: "The language of its people." },
  timezone: { is: "timezone", means: "The time zone of its rules.", otherwise: "UTC" },
  killTimer: {
    is: "whole",
    least: 0,
    most: 86_400,
    means: "For how many seconds it goes on without the server.",
  },
  offlinePolicy: { is: "whole", least: 0, most: 255, means: "What it does then, by the vendor's numbers." },
  cardFormat: {
    is: "list",
    of: { is: "text", least: 1, most: 200 },
    most: 100,
    means: "The formats of cards that it reads.",
    otherwise: [],
  },
} as const satisfies WrittenFields

export const connection = {
  externalId,
  name,
  type: { is: "oneOf", words: connectionTypes, means: "How the controller is connected.", required: true },
} as const satisfies WrittenFields

const yesNo = (means: string) => ({ is: "yesNo", means, otherwise: false }) as const

export const device = {
  externalId,
  name,
  connection: {
    is: "reference",
    to: "connection",
    embedded: true,
    means: "The controller that it hangs on, one of the same cloud node.",
    required: true,
    keptAs: "connectionId",
  },
  port: { is: "whole", least: 0, most: 65_535, means: "Its port on the controller.", required: true },
  type: {
    is: "text",
    least: 1,
    most: 64,
    means: "`primaryReader`, `additionalReader`, `ioDevice`, or another word of the vendor's.",
    otherwise: "primaryReader",
  },
  delay: {
    is: "whole",
    least: 0,
    most: 5400,
    means: "How long it waits before it unlocks, in tenths of a second.",
    otherwise: 0,
  },
  dwell: {
    is: "whole",
    least: 1,
    most: 5400,
    means: "How long a granted read unlocks, in tenths of a second.",
    otherwise: 30,
  },
  dps: yesNo("Whether a door position sensor is there."),
  propAlarm: yesNo("Whether a door that is held open for too long raises an alarm."),
  propDelay: {
    is: "whole",
    least: 1,
    most: 36_000,
    means: "How long it may stay open before that, in tenths of a second.",
    otherwise: 300,
  },
  rex: yesNo("Whether somebody inside can ask to leave."),
  forcedAlarm: yesNo("Whether a door that opens by itself raises an alarm."),
  autoOpenAfterFirstAllow: yesNo("Whether a schedule unlocks it only after somebody was let in."),
} as const satisfies WrittenFields
