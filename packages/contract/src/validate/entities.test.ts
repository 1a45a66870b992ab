/** What may be written into a registry, and what each fault is called. */
import { describe, expect, it } from "vitest"
import { z } from "zod"
import { isRefusal, nounNames, nouns, type NounName } from "../index.js"
import { changes, creations, readWritten } from "./index.js"

const whole: Readonly<Record<NounName, object>> = {
  cloudNode: {
    externalId: "gate",
    name: "Gate house",
    description: "By the river.\nBring a torch.",
    serialNumber: "1234ABC",
    locale: "es-MX",
    timezone: "Europe/Madrid",
    killTimer: 300,
    offlinePolicy: 2,
    cardFormat: ["26 bit"],
  },
  connection: { externalId: "panel", name: "Panel", type: "ethernet" },
  device: {
    externalId: "front",
    name: "Front door",
    connection: "panel",
    port: 1,
    type: "primaryReader",
    delay: 0,
    dwell: 5400,
    dps: true,
    propAlarm: true,
    propDelay: 100,
    rex: true,
    forcedAlarm: true,
    autoOpenAfterFirstAllow: false,
  },
  holder: {
    externalId: "7",
    firstName: "José 😀",
    lastName: "Wiegand",
    email: "jose@example.org",
    enabled: true,
    activeDate: "2026-11-23",
    expireDate: "2027-11-23T12:00:00+01:00",
    pin: "0042",
    groups: ["staff"],
  },
  credential: { externalId: "card", facilityCode: 77, cardNumber: "007" },
  group: { externalId: "staff", name: "Staff", description: "" },
  rule: {
    externalId: "days",
    name: "By day",
    type: "access",
    allow: true,
    authenticationPolicy: "cardAndPin",
    groups: ["staff"],
    holders: ["7"],
    devices: ["front"],
    startTime: "08:00",
    stopTime: "24:00",
    recurring: ["Mon", "Tue"],
  },
}

const faultIn = (noun: NounName, changed: object): string => {
  const read = readWritten(creations[noun], { ...whole[noun], ...changed })
  return isRefusal(read) ? read.message.split(". ")[1]! : "none"
}

describe("What is written", () => {
  it.each(nounNames)("is read with every field that it may have: %s", (noun) => {
    expect(Object.keys(whole[noun])).toEqual(Object.keys(nouns[noun]))
    expect(Object.keys(readWritten(creations[noun], whole[noun]))).toEqual(Object.keys(whole[noun]))
  })

  it.each(nounNames)("needs no field to change another: %s", (noun) => {
    expect(readWritten(changes[noun], {})).toEqual({})
  })

  it("is kept as text where it is on a card, and as an id where it names a controller", () => {
    expect(readWritten(creations.credential, whole.credential)).toMatchObject({ facilityCode: "77" })
    const connection = { id: "panel", name: "Panel", type: "ethernet" }
    expect(readWritten(creations.device, { ...whole.device, connection })).toMatchObject({
      connection: "panel",
    })
  })

  it("may be null where it may be left out, and only there", () => {
    expect(readWritten(changes.holder, { email: null, pin: null, groups: null })).not.toHaveProperty("code")
    expect(readWritten(changes.holder, { firstName: null })).toMatchObject({ code: "object_invalid" })
  })

  it.each<[NounName, object, string]>([
    ["cloudNode", { name: undefined }, "name: is missing"],
    ["cloudNode", { name: 7 }, "name: must be text of 1 to 200 characters, without control characters"],
    ["cloudNode", { name: "n".repeat(201) }, "name: must be text of 1 to 200"],
    ["cloudNode", { name: "two\nlines" }, "name: must be text"],
    ["cloudNode", { name: "half \ud83d" }, "name: must be text"],
    ["cloudNode", { timezone: "Mars/Olympus" }, "timezone: must be the IANA name"],
    ["cloudNode", { timezone: "+01:00" }, "timezone: must be the IANA name"],
    ["cloudNode", { locale: "English!" }, "locale: must be a language tag"],
    ["cloudNode", { killTimer: -1 }, "killTimer: must be a whole number from 0 to 86400"],
    ["cloudNode", { cardFormat: ["a", "a"] }, "cardFormat: must be a list of up to 100, none of them twice"],
    ["cloudNode", { cardFormat: [7] }, "cardFormat.0: must be text"],
    ["connection", { type: "carrier pigeon" }, "type: must be one of aperio, ethernet"],
    ["device", { dwell: 0 }, "dwell: must be a whole number from 1 to 5400"],
    ["device", { dwell: 5401 }, "dwell: must be"],
    ["device", { dwell: 1.5 }, "dwell: must be"],
    ["device", { dwell: "30" }, "dwell: must be"],
    ["device", { dps: "yes" }, "dps: must be true or false"],
    ["device", { connection: {} }, "connection: must be an id or an externalId"],
    ["device", { created: "2026-01-01" }, "created: is no field that can be written"],
    ["holder", { pin: "123" }, "pin: must be text of 4 to 8 digits"],
    ["holder", { pin: 1234 }, "pin: must be"],
    ["holder", { pin: "123456789" }, "pin: must be"],
    ["holder", { activeDate: "2026-02-30" }, "activeDate: must be an ISO 8601 date"],
    ["holder", { expireDate: "tomorrow" }, "expireDate: must be"],
    ["holder", { email: "nobody" }, "email: must be a mail address"],
    ["holder", { groups: "staff" }, "groups: must be a list of up to 1000"],
    ["credential", { cardNumber: -1 }, "cardNumber: must be a whole number from 0, or text"],
    ["credential", { cardNumber: 1e300 }, "cardNumber: must be"],
    ["rule", { startTime: "24:01" }, "startTime: must be a time of day"],
    ["rule", { recurring: ["Mon", "Mon"] }, "recurring: must be a list"],
    ["rule", { recurring: ["Monday"] }, "recurring.0: must be one of Mon, Tue"],
    ["rule", { authenticationPolicy: "none" }, "authenticationPolicy: must be one of cardOnly"],
  ])("is refused by the name of the field: %s %j", (noun, changed, fault) => {
    expect(faultIn(noun, changed)).toMatch(new RegExp(`^${fault.replace(/[+.]/g, "\\$&")}`))
  })

  it("is refused where a list is longer than it may be", () => {
    const groups = Array.from({ length: 1001 }, (_, index) => `${index}`)
    expect(faultIn("holder", { groups })).toMatch(/^groups: must be a list of up to 1000/)
  })

  it("is refused for a field that only looks like the prototype", () => {
    const stray = JSON.parse('{"name": "Staff", "__proto__": {"admin": true}}') as object
    expect(readWritten(creations.group, stray)).toMatchObject({
      code: "object_invalid",
      message: expect.stringContaining("__proto__: is no field") as string,
    })
  })

  it("is told all its faults at once, though never more than ten", () => {
    const { message } = readWritten(creations.device, { name: "", port: -1, dwell: 0 }) as { message: string }
    expect(message).toContain("name: must be")
    expect(message).toContain("connection: is missing.")
    expect(message).toContain("port: must be")
    expect(message).toContain("dwell: must be")
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`field${index}`, 1]))
    const told = readWritten(changes.group, many) as { message: string }
    expect(told.message).toContain("field9: is no field that can be written. There are 5 faults more.")
  })

  it.each([7, "text", null, undefined, true])("is an object: %j", (value) => {
    expect(readWritten(creations.group, value)).toMatchObject({ code: "object_invalid" })
  })

  it("is one object and no list of them, and that is said", () => {
    expect(readWritten(creations.group, [whole.group])).toMatchObject({
      message: expect.stringContaining("It is an array: send one object in each request.") as string,
    })
  })

  it.each(nounNames)("can be told as a JSON schema, with what each field is for: %s", (noun) => {
    const { properties, additionalProperties } = z.toJSONSchema(creations[noun], { io: "input" })
    expect(additionalProperties).toBe(false)
    expect(Object.keys(properties ?? {})).toEqual(Object.keys(nouns[noun]))
    for (const [key, property] of Object.entries(properties ?? {}))
      expect(property).toMatchObject({ description: nouns[noun][key]!.means })
  })
})
