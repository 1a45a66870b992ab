/** An example of each noun as it is written, and as it is shown then. Documents show these; a test holds them to the schemas. */
import type { NounName, Written } from "../nouns/field.js"
import { nouns } from "../nouns/index.js"

const id = "4f6c2f0e-3b1d-4c55-9a57-0d9c6f3a1b20"

export const writtenExamples: { readonly [N in NounName]: Written } = {
  cloudNode: {
    externalId: "hq",
    name: "Headquarters",
    serialNumber: "1107JKX",
    locale: "en",
    timezone: "Europe/Madrid",
  },
  connection: { externalId: "ground-floor", name: "Ground floor", type: "ethernet" },
  device: {
    externalId: "front-door",
    name: "Front door",
    connection: "ground-floor",
    port: 1,
    dwell: 50,
    dps: true,
  },
  holder: { externalId: "staff-117", firstName: "Ada", lastName: "Lovelace", email: "ada@example.org" },
  credential: { facilityCode: 104, cardNumber: 61_224 },
  group: { externalId: "staff", name: "Staff", description: "Everybody who works here." },
  rule: {
    name: "Working hours",
    type: "access",
    authenticationPolicy: "cardOnly",
    startTime: "08:00",
    stopTime: "18:00",
    recurring: ["Mon", "Tue", "Wed", "Thu", "Fri"],
  },
}

const besides: { readonly [N in NounName]?: object } = {
  cloudNode: {
    syncStatus: { synced: true, details: { timestamp: 1_795_425_000_000 } },
    connectionStatus: { connected: true, details: { timestamp: 1_795_425_000_000 } },
  },
  device: { connection: { id, name: "Ground floor", type: "ethernet" } },
  holder: { credentials: [{ id, facilityCode: 104, cardNumber: 61_224 }] },
}

/** The example as it is shown once it was written. */
export function shownExample(noun: NounName): object {
  const written = writtenExamples[noun]
  const entries = Object.entries(nouns[noun])
    .map(([key, { otherwise }]) => [key, written[key] ?? otherwise] as const)
    .filter(([, value]) => value !== undefined)
  const created = noun === "credential" ? {} : { created: "2026-11-23T09:30:00.000Z" }
  return { id, ...Object.fromEntries(entries), ...besides[noun], ...created }
}
