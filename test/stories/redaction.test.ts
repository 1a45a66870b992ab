/**
 * A town of people at random, and somebody with a redacted token who looks everywhere: no byte of what they can see is
 * personal, while whoever may see it sees all of it. PROTOCOL §24.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Change } from "@doorstream/server"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { doorstream, makeFolder } from "../support/command.js"
import { openEventSource } from "../support/event-source.js"
import { askToken, makeLimited } from "../support/granted.js"
import {
  cloudNode,
  doorReport,
  openHouse,
  requestIdToken,
  requestToken,
  systemId,
  type House,
} from "../support/house.js"
import { listenRaw } from "../support/listeners.js"
import { operate, portOf, type MadeClient } from "../support/operator.js"
import { askEvents } from "../support/pulling.js"

/** Text that stands nowhere by chance, and JSON as it is. */
const word = fc.string({
  unit: fc.constantFrom("b", "d", "f", "g", "j", "k", "q", "v", "w", "x", "z"),
  minLength: 10,
  maxLength: 14,
})
const person = fc.record({
  id: fc.uuid(),
  externalId: word,
  firstName: word,
  lastName: word,
  email: word.map((name) => `${name}@example.org`),
  enabled: fc.constant(true),
  activeDate: fc.constant("2026-02-03T04:05:06.789Z"),
  expireDate: fc.constant("2093-02-03T04:05:06.789Z"),
  credentials: fc.tuple(
    fc.record({
      id: fc.uuid(),
      externalId: word,
      facilityCode: fc.integer({ min: 2 ** 40, max: 2 ** 46 }).map(String),
      cardNumber: fc.oneof(fc.integer({ min: 2 ** 40, max: 2 ** 46 }).map(String), word),
    }),
  ),
})
const people = fc.sample(person, { numRuns: 60, seed: 7 })
const author = "Xavier Quibbledz"

const personal = [
  author,
  "2093-02-03",
  ...people.flatMap(({ externalId, firstName, lastName, email, credentials: [card] }) => [
    externalId,
    firstName,
    lastName,
    email,
    card.externalId,
    card.facilityCode,
    card.cardNumber,
  ]),
]

/** What of these texts stands somewhere in what was seen. */
const foundIn = (seen: string): string[] => personal.filter((value) => seen.includes(value))

const topics = ["*"]
let house: House
let redacted: MadeClient & { token: string }
beforeAll(async () => {
  const more = people.map((value) => ({ kind: "holder", system: systemId, value }) as unknown as Change)
  house = await openHouse({ more, operatorPort: 0 })
  const scopes = ["listen", "report", "manage", "command", "operate"]
  const client = await makeLimited(house, { scopes, redacted: true })
  redacted = { ...client, token: await requestToken(house.url, systemId, client.id, client.secret) }
})
afterAll(() => house.close())

/** One report of each kind for everybody; some in a form that is refused. */
const reports = () =>
  people.flatMap(({ id, firstName, credentials: [card] }, n) => {
    const { facilityCode, cardNumber } = card
    const onCard = { facilityCode, cardNumber, requestFactor: "CARD_ONLY" }
    return [
      doorReport("device.request.allowed", { holderId: id, credentialId: card.id, ...onCard }),
      doorReport("device.request.denied", onCard),
      doorReport("device.request.unknown", onCard),
      doorReport("device.request.allowed", { ...onCard, holderId: card.externalId, name: firstName }),
      doorReport(`device.request.${firstName}`, onCard),
      doorReport("device.request.denied", { ...onCard, deviceId: n % 2 === 0 ? "none" : { at: firstName } }),
    ]
  })

/** How many events all those reports are, and how many of them are refused. */
const [heardOf, refusedOf] = [3 * 2 * people.length, 3 * people.length]

/** Somebody who listens in every way, and what they were sent, byte for byte. */
async function listenEverywhere(token: string) {
  const raw = await listenRaw(house.url, `systemId=${systemId}&token=${token}`)
  raw.send(`42${JSON.stringify(["subscribeIsolated", { topics }])}`)
  const stream = openEventSource(`${house.url}/${systemId}/stream?topics=*&token=${token}`)
  await stream.opened.atLeast(1)
  return async (count: number): Promise<string> => {
    await raw.frames.until((all) => all.filter((frame) => frame.startsWith("42")).length >= count)
    await stream.heard.atLeast(count)
    const pulled = await askEvents(house.url, token, { topics: "*", after: "earliest", limit: 1000 })
    raw.close()
    stream.close()
    return [...raw.frames.all, stream.text(), await pulled.text()].join("\n")
  }
}

const read = async (path: string, token: string, url = `${house.url}/${systemId}`): Promise<string> => {
  const response = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } })
  return [...response.headers].flat().join("\n") + (await response.text())
}

/** Everything of the registry, in lists and one by one. */
async function readRegistry(token: string): Promise<string> {
  const lists = ["cloud-nodes", "holders", "groups", "rules"].map((list) => `/${list}?per_page=100`)
  const ones = people.flatMap(({ id, credentials: [card] }) => {
    const own = `/holders/${id}`
    return [own, `${own}/credentials`, `${own}/credentials/${card.id}`]
  })
  const texts: string[] = []
  for (const path of [...lists, ...ones]) texts.push(await read(path, token))
  return texts.join("\n")
}

async function readAsOperator(token: string, inspected: readonly string[]): Promise<string> {
  const port = portOf(house)
  const letters = `/systems/${systemId}/dead-letters`
  const texts: string[] = []
  for (const path of [
    "/clients",
    "/audit",
    "/listeners",
    "/connections",
    "/named-listeners",
    letters,
    `${letters}/1`,
    ...inspected.map((id) => `/systems/${systemId}/inspect/${id}`),
  ])
    texts.push(await read(path, token, port))
  return texts.join("\n")
}

describe("Whoever has a redacted token", () => {
  it("finds nothing personal anywhere, where whoever has a plain one finds all of it", async () => {
    const whole = await house.token()
    const [ofRedacted, ofWhole] = [await listenEverywhere(redacted.token), await listenEverywhere(whole)]
    const janitor = await makeLimited(house, { scopes: ["listen", "manage", "operate"] }, author)
    const { accepted, refused } = await house.report(reports())
    expect([accepted.length * 2, refused.length]).toEqual([heardOf, refusedOf])
    const heard = await askEvents(house.url, whole, { topics: "device.*", after: "earliest", limit: 6 })
    const { events } = (await heard.json()) as { events: { event: { id: string } }[] }
    const some = [...events.map(({ event }) => event.id), accepted[0]!.id]
    const { token } = await askToken(house, "", janitor)
    const made = await house.post(`/${systemId}/cloud-nodes`, '{"name":"Annex","serialNumber":"A-1"}', token)
    expect(made.status).toBe(201)

    // A letter is on disk within a second of its report.
    const letters = () => operate<{ count: number }>(house, "GET", `/systems/${systemId}/dead-letters`)
    while ((await letters()).body.count < refusedOf) await read("/cloud-nodes", whole)
    const plain = [
      await ofWhole(heardOf + 1),
      await readRegistry(whole),
      await readAsOperator(token, some),
    ].join("\n")
    expect(foundIn(plain).length).toBe(personal.length)
    expect(foundIn(await ofRedacted(heardOf + 1))).toEqual([])
    expect(foundIn(await readRegistry(redacted.token))).toEqual([])
    const { access_token } = await requestIdToken(house.url, redacted.id, redacted.secret)
    for (const its of [redacted.token, access_token]) {
      const seen = await readAsOperator(its, some)
      expect(seen).toContain('"facilityCode"')
      expect(seen).toContain('"beside":{"cursor"')
      expect(foundIn(seen)).toEqual([])
    }
  })

  it("finds nobody by a name that was chosen for them, nor what somebody did", async () => {
    const [{ id, externalId, credentials }] = people as [(typeof people)[number]]
    const none = [
      "/holders/none",
      `/holders/${externalId}`,
      `/holders/${externalId}/credentials`,
      `/holders/${id}/credentials/${credentials[0].externalId}`,
    ]
    for (const path of none) expect(await read(path, redacted.token)).toContain("object_unknown")
    expect(await read(`/audit?who=${encodeURIComponent(author)}`, redacted.token, portOf(house))).toContain(
      "grant_too_narrow",
    )
  })

  it("operates nothing, and reads no file of the building, in which all is in plain words", async () => {
    const port = portOf(house)
    for (const path of [`/systems/${systemId}/building`, `/systems/${systemId}/holders`, "/backups"])
      expect(await read(path, redacted.token, port)).toContain("grant_too_narrow")
    for (const [method, path] of [
      ["POST", "/clients"],
      ["PATCH", `/clients/${redacted.id}`],
      ["POST", `/systems/${systemId}/building`],
      ["POST", `/systems/${systemId}/dead-letters/replay`],
      ["POST", "/backups"],
    ] as const) {
      const headers = { Authorization: `Bearer ${redacted.token}` }
      const response = await fetch(port + path, { method, headers, body: '{"all":true}' })
      expect([path, response.status, await response.json()]).toMatchObject([
        path,
        403,
        { code: "grant_too_narrow" },
      ])
    }
  })

  it("is told the same pseudonyms after a restart, and from what was restored of a backup", async () => {
    const path = `/holders/${people[0]!.id}`
    const before = await (await fetch(`${house.url}/${systemId}${path}`, bearer(redacted.token))).text()
    const secretIn = (folder: string): string =>
      readFileSync(join(folder, "keys", "pseudonyms.secret"), "utf8")
    const secret = secretIn(house.dataFolder)
    const place = makeFolder()
    const env = { DOORSTREAM_DATA: house.dataFolder }
    const [one, other] = [join(place.path, "one"), join(place.path, "other")]
    expect(await doorstream(["backup", one], env).ended).toMatchObject({ code: 0 })
    expect(await doorstream(["restore", one, other], env).ended).toMatchObject({ code: 0 })
    expect([secretIn(one), secretIn(other)]).toEqual([secret, secret])
    place.remove()

    await house.restart()
    const token = await requestToken(house.url, systemId, redacted.id, redacted.secret)
    expect(await (await fetch(`${house.url}/${systemId}${path}`, bearer(token))).text()).toBe(before)
    expect(JSON.stringify(house.told)).not.toContain(secret.trim())
  })
})

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

describe("An operator whose token is limited to a part of a system", () => {
  it("is none", async () => {
    const client = await makeLimited(house, { scopes: ["listen", "operate"] })
    const { token } = await askToken(house, { cloudNodes: [cloudNode.id] }, client)
    expect(await read("/systems", token, portOf(house))).toContain("grant_too_narrow")
    const { status } = await operate(house, "PATCH", `/clients/${client.id}`, { topics: ["sync.*"] })
    expect(status).toBe(422)
  })
})
