/** What is left of an event, an object or a report when whoever sees it may not be told what is personal. */
import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  cardAsRest,
  erasedName,
  holderName,
  redactedCredential,
  redactedEvent,
  redactedHolder,
  redactedReport,
  redactedUser,
  tellsPersonal,
  topicNames,
  type Holder,
  type Scramble,
  type TopicName,
} from "./index.js"
import { faultsOfEvent } from "./validate/index.js"

/** FNV in four lanes: no secret, but as good as one for these tests. */
const scrambleBy =
  (secret: string): Scramble =>
  (kind, value) => {
    let lanes = [2166136261, 3334214467, 709607, 16777619]
    for (const letter of `${secret} ${kind} ${value}`)
      lanes = lanes.map((lane, at) => Math.imul(lane ^ letter.codePointAt(0)!, 16777619 + 2 * at) >>> 0)
    return lanes.map((lane) => lane.toString(16).padStart(8, "0")).join("")
  }
const scramble = scrambleBy("tower")

type Event = Readonly<Record<string, Readonly<Record<string, unknown>>>>
const fixture = (topic: TopicName): Event =>
  JSON.parse(readFileSync(new URL(`../fixtures/events/${topic}.json`, import.meta.url), "utf8")) as Event

/** The keys on every level, in their order. */
const keysOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null
    ? Object.entries(value).map(([key, each]) => [key, keysOf(each)])
    : null

describe("An event that is redacted", () => {
  it.each(topicNames)("has the specification's keys in their order, and is whole: %s", (topic) => {
    const redacted = redactedEvent(topic, fixture(topic), scramble)
    expect(keysOf(redacted)).toEqual(keysOf(fixture(topic)))
    expect(faultsOfEvent(topic, redacted)).toEqual([])
  })

  it("is one of a request, of a change by somebody, or a sentence; others stay as they are", () => {
    expect(topicNames.filter(tellsPersonal)).toEqual([
      "cloudnode.created",
      "cloudnode.deleted",
      "cloudnode.registered",
      "cloudnode.unregistered",
      "device.request.allowed",
      "device.request.denied",
      "device.request.unknown",
      "liveEvent",
    ])
    for (const topic of topicNames.filter((name) => !tellsPersonal(name)))
      expect(redactedEvent(topic, fixture(topic), scramble)).toEqual(fixture(topic))
  })

  it("tells of the same person and card in the same words, in requests and in sentences", () => {
    const { body } = redactedEvent(
      "device.request.allowed",
      fixture("device.request.allowed"),
      scramble,
    ) as Event
    const { name, activeDate } = body!["holder"] as Record<string, unknown>
    expect(name).toMatch(/^Holder [0-9a-f]{12}$/)
    expect(activeDate).toBeNull()
    expect(body!["cardNumber"]).toMatch(/^[1-9]\d{14}$/)
    const { placeholders } = redactedEvent("liveEvent", fixture("liveEvent"), scramble) as Event
    expect(placeholders).toMatchObject([{ text: name, type: "holder" }, { type: "device" }])
  })

  it("leaves a holder who was erased erased", () => {
    const event = fixture("device.request.denied")
    const { body } = event
    const erased = {
      ...event,
      body: { ...body, holder: { ...(body!["holder"] as object), name: erasedName } },
    }
    expect(JSON.stringify(redactedEvent("device.request.denied", erased, scramble))).toContain(erasedName)
  })
})

/** Values that stand nowhere by chance. */
const word = fc.string({ unit: fc.constantFrom("ß", "ø", "ł", "ž", "Æ"), minLength: 3, maxLength: 12 })
const cardText = fc.oneof(
  fc.integer({ min: 0, max: 67_108_863 }).map(String),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).map((text) => `card ${text}`),
)

const people = fc.record({
  id: fc.uuid(),
  externalId: word,
  firstName: word,
  lastName: word,
  email: word.map((name) => `${name}@example.org`),
  enabled: fc.boolean(),
  activeDate: fc.constant("2026-02-03T04:05:06.789Z"),
  expireDate: fc.constant("2027-02-03T04:05:06.789Z"),
  credentials: fc.array(
    fc.record({ id: fc.uuid(), externalId: word, facilityCode: cardText, cardNumber: cardText }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
})

const asJson = (text: string): string => JSON.stringify(text)

/** All that is personal of somebody, as it stands in JSON. */
const personalOf = (holder: Holder & { email: string }): string[] => [
  asJson(holder.firstName).slice(1, -1),
  asJson(holder.lastName).slice(1, -1),
  holder.email,
  String(holder.activeDate),
  String(holder.expireDate),
  ...holder.credentials.flatMap(({ facilityCode, cardNumber }) => [
    asJson(facilityCode),
    asJson(cardNumber),
    ...[facilityCode, cardNumber].flatMap((text) => [`:${cardAsRest(text)},`, `:${cardAsRest(text)}}`]),
  ]),
]

describe("A holder who is redacted", () => {
  it("has nothing personal left, and is known again by the name and the cards in events", () => {
    fc.assert(
      fc.property(people, (holder) => {
        const redacted = redactedHolder(holder, scramble)
        const [card] = holder.credentials
        const body = {
          deviceId: holder.id,
          facilityCode: card!.facilityCode,
          cardNumber: card!.cardNumber,
          holder: {
            id: holder.id,
            name: holderName(holder),
            activeDate: holder.activeDate,
            expireDate: null,
          },
        }
        const event = redactedEvent("device.request.denied", { body }, scramble) as Event
        const text = JSON.stringify([redacted, event])
        for (const value of personalOf(holder)) expect(text).not.toContain(value)
        expect(event["body"]!["holder"]).toMatchObject({ name: holderName(redacted) })
        expect(event["body"]!["cardNumber"]).toBe(redacted.credentials[0]!.cardNumber)
        expect(redacted.credentials[0]).toEqual(redactedCredential(card!, scramble))
        expect(typeof cardAsRest(redacted.credentials[0]!.cardNumber)).toBe("number")
      }),
    )
  })

  it("has other pseudonyms in another system, and other ones than anybody else", () => {
    const seen = new Map<string, string>()
    fc.assert(
      fc.property(cardText, fc.constantFrom("tower", "annex"), (cardNumber, system) => {
        const card = { id: "", facilityCode: cardNumber, cardNumber }
        const told = redactedCredential(card, scrambleBy(system))
        expect(told.facilityCode).not.toBe(told.cardNumber)
        for (const [kind, text] of Object.entries({ facility: told.facilityCode, card: told.cardNumber })) {
          const whose = `${system} ${kind} ${cardNumber}`
          expect(seen.get(text) ?? whose).toBe(whose)
          seen.set(text, whose)
        }
      }),
    )
  })
})

describe("A report that is redacted", () => {
  const report = {
    id: "0d7e7b4e-6f0c-4c0f-8f0e-3d1f6a2b9c05",
    topic: "device.request.unknown",
    occurred: 7,
    body: { deviceId: "front", facilityCode: "77", cardNumber: 26_858 },
  }

  it("keeps what a report needs, numbers as numbers", () => {
    const told = redactedReport(report, scramble)
    expect(told).toMatchObject({ id: report.id, occurred: 7, body: { deviceId: "front" } })
    expect(told?.body?.facilityCode).toMatch(/^\d{15}$/)
    expect(Number.isSafeInteger(told?.body?.cardNumber)).toBe(true)
    expect(String(told?.body?.cardNumber)).toBe(
      redactedCredential({ id: "", facilityCode: "", cardNumber: "26858" }, scramble).cardNumber,
    )
  })

  it("has nothing in it that a report has no need of, and no name in the place of an id", () => {
    const body = {
      ...report.body,
      holderId: "john.wiegand",
      deviceId: { at: "John" },
      person: "John",
      cardNumber: { of: "John" },
    }
    const wrong = { id: "john-1", who: "John", body, occurred: "John" }
    const told = { ...report, topic: "device.request.denied", ...wrong }
    expect(JSON.stringify(redactedReport(told, scramble))).not.toMatch(/john/i)
    for (const none of [null, "John", ["John"], {}, { topic: "John" }, { topic: "sync.synced", x: "John" }])
      expect(redactedReport(none, scramble)).toBeNull()
  })
})

describe("Whoever changed something", () => {
  it("is a user with a number, the same in every event", () => {
    const user = redactedUser({ id: "desk", name: "The desk of Ann" }, scramble)
    expect(user.name).toMatch(/^User [0-9a-f]{12}$/)
    expect(user.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(redactedUser({ id: "desk", name: "Renamed" }, scramble)).toEqual(user)
    const metadata = { userId: "desk", userName: "The desk of Ann", occurred: 1 }
    const event = { ...fixture("cloudnode.created"), metadata }
    expect(redactedEvent("cloudnode.created", event, scramble)).toMatchObject({
      metadata: { userId: user.id, userName: user.name, occurred: 1 },
    })
  })
})
