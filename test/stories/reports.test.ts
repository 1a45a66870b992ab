/** Reports over HTTP, from a cloud node's connector to those who listen. PROTOCOL §7 and §8. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import {
  allowed,
  cloudNode,
  doorReport,
  frontDoor,
  openHouse,
  otherDoorReport,
  otherSystemId,
  someone,
  systemId,
  type House,
  type Outcome,
} from "../support/house.js"
import { listen, listenRaw } from "../support/listeners.js"

const opened = "device.input.dps.opened"
const reportsPath = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`

let house: House
let token: string
beforeAll(async () => (house = await openHouse()))
beforeEach(async () => (token = await house.token()))
afterAll(() => house.close())

/** Posts anything; answers the status and the body. */
async function post(body: unknown, path = reportsPath): Promise<{ status: number; said: unknown }> {
  const response = await house.post(path, JSON.stringify(body), token)
  return { status: response.status, said: await response.json() }
}

/** The code by which one report of a batch is refused; "accepted" where it is not. */
async function fateOf(report: unknown): Promise<string> {
  const { said } = await post([report])
  const { accepted, refused } = said as Outcome
  expect(accepted.length + refused.length).toBe(1)
  return refused[0]?.code ?? "accepted"
}

const withBody = (topic: string, body: unknown): object => ({ ...doorReport(topic), body })

/** A sentence with what to do comes after the one with what is wrong. */
const message = expect.stringMatching(/\w\. .+\.$/) as string

describe("Reports in one request", () => {
  it("are accepted or refused each by itself, in the order given", async () => {
    const first = (await house.report(doorReport(opened))).accepted[0]!.position
    const good = [allowed(), doorReport(opened), allowed()]
    const { status, said } = await post([
      good[0],
      { ...doorReport(opened), topic: "device.request.maybe" },
      null,
      good[1],
      { ...doorReport(opened), id: "my own", occurred: -1 },
      good[2],
    ])
    expect(status).toBe(200)
    const [one, two, three] = good.map(({ id }) => id)
    expect(said).toEqual({
      // A request takes two positions, for the sentence that goes with it.
      accepted: [
        { id: one, position: first + 1 },
        { id: two, position: first + 3 },
        { id: three, position: first + 4 },
      ],
      refused: [
        { id: expect.stringContaining("report-") as string, code: "topic_unknown", message },
        { id: null, code: "report_invalid", message },
        { id: "my own", code: "occurred_invalid", message },
      ],
    })
  })

  it("may be one alone, without an array", async () => {
    const report = doorReport(opened)
    const { accepted, refused } = await house.report(report)
    expect([accepted.map(({ id }) => id), refused]).toEqual([[report.id], []])
  })

  it("may be none", async () => {
    expect(await post([])).toEqual({ status: 200, said: { accepted: [], refused: [] } })
  })

  it("may be a thousand, and not one more", async () => {
    const thousand = Array.from({ length: 1000 }, () => doorReport(opened))
    const tooMany = await post([...thousand, doorReport(opened)])
    expect(tooMany).toEqual({ status: 413, said: { code: "batch_too_large", message } })
    const { accepted } = await house.report(thousand)
    expect(accepted.map(({ id }) => id)).toEqual(thousand.map(({ id }) => id))
    expect(accepted.at(-1)!.position - accepted[0]!.position).toBe(999)
  })
})

describe("A report that comes again", () => {
  it("is accepted with its old position and heard once, whenever that is and whatever it says now", async () => {
    const report = allowed()
    const changed = { ...report, topic: opened, occurred: 7 }
    const listener = await listenRaw(house.url, `token=${token}`)
    listener.send('421["subscribeIsolated",{"topics":["*"]}]')
    await listener.frames.until((all) => all.some((frame) => frame.startsWith("431")))
    const { accepted } = await house.report([report, report, changed])
    expect(new Set(accepted.map(({ position }) => position)).size).toBe(1)
    expect((await house.report(changed)).accepted).toEqual(accepted.slice(0, 1))
    const last = doorReport(opened)
    await house.report(last)
    const heard = await listener.frames.until((all) => all.at(-1)!.includes(`"occurred":${last.occurred}`))
    expect(heard.filter((frame) => frame.startsWith("42")).map((frame) => frame.split('"')[1])).toEqual([
      "device.request.allowed",
      "liveEvent",
      opened,
    ])
    listener.close()

    await house.restart()
    expect((await house.report(report)).accepted).toEqual(accepted.slice(0, 1))
  })

  it("is another report in another system", async () => {
    const report = { ...otherDoorReport(opened), id: "the same id" }
    const [here, there] = [
      await house.report({ ...doorReport(opened), id: report.id }),
      await house.report(report, otherSystemId),
    ]
    expect(there.accepted).toEqual([{ id: report.id, position: 1 }])
    expect(here.accepted[0]!.position).toBeGreaterThan(1)
  })
})

describe("A report's id", () => {
  const ids: readonly [what: string, id: unknown, fate: string][] = [
    ["of one character", "1", "accepted"],
    ["of 128 characters", "x".repeat(128), "accepted"],
    ["of 128 characters outside the basic plane", "🚪".repeat(128), "accepted"],
    ["that looks like a way out of the folder", "../../etc/passwd\u0000", "accepted"],
    ["that is empty", "", "report_id_invalid"],
    ["of 129 characters", "x".repeat(129), "report_id_invalid"],
    ["of 129 characters outside the basic plane", "🚪".repeat(129), "report_id_invalid"],
    ["with half a character", "\ud83d", "report_id_invalid"],
    ["that is a number", 7, "report_id_invalid"],
    ["that is missing", undefined, "report_id_invalid"],
  ]

  for (const [what, id, fate] of ids)
    it(`${what} is ${fate === "accepted" ? fate : "refused"}`, async () => {
      expect(await fateOf({ ...doorReport(opened), id })).toBe(fate)
    })

  it("keeps reports apart that differ only in it", async () => {
    const alike = ["🚪", "🚪🚪", "a", "A", "\u0000", "\u0000\u0000"]
    const { accepted } = await house.report(alike.map((id) => ({ ...doorReport(opened), id })))
    expect(new Set(accepted.map(({ position }) => position)).size).toBe(alike.length)
  })
})

describe("The time at which a report occurred", () => {
  it.each([-1, 1.5, 8.64e15 + 1, "1", null, undefined, true])("may not be %j", async (occurred) => {
    expect(await fateOf({ ...doorReport(opened), occurred })).toBe("occurred_invalid")
  })

  it("is kept as it is, however late or wrong; the event takes the next position all the same", async () => {
    const listener = await listen(house.url, token, [opened])
    const times = [Date.now(), 0, 8.64e15, 86_400_000]
    const { accepted } = await house.report(times.map((occurred) => ({ ...doorReport(opened), occurred })))
    const first = accepted[0]!.position
    expect(accepted.map(({ position }) => position)).toEqual([first, first + 1, first + 2, first + 3])
    const heard = await listener.heard.atLeast(times.length)
    expect(heard.map(({ event }) => event["occurred"])).toEqual(times)
    listener.close()
  })
})

describe("Whoever asked to enter", () => {
  const [credential] = someone.credentials
  const { facilityCode, cardNumber } = credential!

  it("is found by what is on the card", async () => {
    const listener = await listen(house.url, token, ["device.request.denied"])
    const body = { deviceId: frontDoor.id, requestFactor: "CARD_ONLY", facilityCode, cardNumber }
    expect(await fateOf(withBody("device.request.denied", body))).toBe("accepted")
    const [heard] = await listener.heard.atLeast(1)
    expect(heard!.event["body"]).toMatchObject({
      holderId: someone.id,
      credentialId: credential!.id,
      holder: { id: someone.id, name: `${someone.firstName} ${someone.lastName}` },
    })
    listener.close()
  })

  const known = { deviceId: frontDoor.id }
  const bodies: readonly [what: string, topic: string, body: object, fate: string][] = [
    ["by the credential's id", "device.request.allowed", { credentialId: credential!.id }, "accepted"],
    ["by nothing", "device.request.allowed", {}, "holder_required"],
    ["by half a card", "device.request.allowed", { cardNumber }, "holder_required"],
    [
      "by a card that nobody has",
      "device.request.denied",
      { facilityCode, cardNumber: "0" },
      "holder_required",
    ],
    ["by an id that nobody has", "device.request.allowed", { holderId: "nobody" }, "holder_unknown"],
    ["by nothing, which is no matter when unknown", "device.request.unknown", {}, "accepted"],
  ]
  it.each(bodies)("is told %s in %s %j: %s", async (_, topic, body, fate) => {
    expect(await fateOf(withBody(topic, { ...known, ...body }))).toBe(fate)
  })
})

describe("A report that cannot be", () => {
  const reports: readonly [fate: string, report: unknown][] = [
    ["report_invalid", 7],
    ["report_invalid", []],
    ["topic_unknown", { ...doorReport(opened), topic: "device.*" }],
    ["topic_unknown", { ...doorReport(opened), topic: "__proto__" }],
    ["topic_unknown", { ...doorReport(opened), topic: undefined }],
    ["topic_not_reportable", doorReport("liveEvent")],
    ["topic_not_reportable", doorReport("cloudnode.connected")],
    ["topic_not_reportable", doorReport("sync.synced")],
    ["body_invalid", withBody(opened, undefined)],
    ["body_invalid", withBody(opened, "open")],
    ["body_invalid", withBody(opened, { deviceId: 1 })],
    ["body_invalid", withBody("endpoint.sync.started", { connectionId: frontDoor.connectionId })],
    ["device_unknown", withBody(opened, { deviceId: "nowhere" })],
    ["device_unknown", otherDoorReport(opened)],
    [
      "connection_unknown",
      withBody("endpoint.sync.started", { connectionId: "none", address: "", type: "people" }),
    ],
  ]
  it.each(reports)("is refused by itself: %s %j", async (fate, report) => {
    expect(await fateOf(report)).toBe(fate)
  })

  const requests: readonly [what: string, status: number, code: string, body: string, path?: string][] = [
    ["is empty", 400, "json_malformed", ""],
    ["ends too early", 400, "json_malformed", '{"id":'],
    ["is JSON of sorts", 400, "json_malformed", "[1,]"],
    ["is text", 400, "report_invalid", '"report"'],
    ["is null", 400, "report_invalid", "null"],
    ["is an object without an id", 400, "report_invalid", "{}"],
    ["is larger than 2 MiB", 413, "body_too_large", `[${" ".repeat(2 * 1024 * 1024)}]`],
    ["is for no cloud node", 404, "cloud_node_unknown", "[]", reportsPath.replace(cloudNode.id, "nowhere")],
    ["is for another system", 403, "system_mismatch", "[]", reportsPath.replace(systemId, otherSystemId)],
    ["is for no system", 403, "system_mismatch", "[]", reportsPath.replace(systemId, "nowhere")],
  ]
  for (const [what, status, code, body, path] of requests)
    it(`is refused with all of its request where that ${what}: ${code}`, async () => {
      const response = await house.post(path ?? reportsPath, body, token)
      expect([response.status, await response.json()]).toEqual([status, { code, message }])
    })
})

describe("A reporter's token", () => {
  const fate = async (by: House, its?: string): Promise<unknown[]> => {
    const response = await by.post(reportsPath, JSON.stringify(doorReport(opened)), its)
    return [response.status, ((await response.json()) as { code?: string }).code]
  }

  it("must be there, be for this system, and have its time to live", async () => {
    expect(await fate(house)).toEqual([401, "token_missing"])
    expect(await fate(house, await house.token(otherSystemId))).toEqual([403, "system_mismatch"])
    expect(await fate(house, token)).toEqual([200, undefined])
    house.advance(301_000)
    expect(await fate(house, token)).toEqual([401, "token_expired"])
  })

  it("must have the scope report", async () => {
    const listenersHouse = await openHouse({ clientScopes: ["listen", "manage", "command"] })
    expect(await fate(listenersHouse, await listenersHouse.token())).toEqual([403, "scope_missing"])
    await listenersHouse.close()
  })
})
