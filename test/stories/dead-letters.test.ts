/** What is refused of reports is kept, seen, and taken in once its cause is mended. docs/operator.md. */
import { afterEach, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import {
  allowed,
  clientId,
  cloudNode,
  doorReport,
  openHouse,
  otherSystemId,
  someone,
  systemId,
  wordy,
  wordyReport,
  type House,
  type HouseSettings,
} from "../support/house.js"
import { operate } from "../support/operator.js"

let house: House
afterEach(() => house.close())

interface Letter {
  readonly number: number
  readonly code: string
  readonly report: { readonly id: string } | null
}
interface Page {
  readonly count: number
  readonly bytes: number
  readonly dropped: number
  readonly letters: readonly Letter[]
  readonly next: number | null
}

const path = `/systems/${systemId}/dead-letters`
/** The letters once they are on disk, as many as are waited for: asked for again and again. */
async function letters(isEnough: (page: Page) => boolean, query = "", of = path): Promise<Page> {
  for (;;) {
    const { body } = await operate<Page>(house, "GET", `${of}?per_page=1000${query}`)
    if (isEnough(body)) return body
  }
}
const count = (most: number) => (page: Page) => page.count === most

const open = async (settings: HouseSettings = {}) => (house = await openHouse(settings))
const command = (...args: string[]) =>
  doorstream(["dead-letters", ...args], { DOORSTREAM_DATA: house.dataFolder }).ended

/** A door that the building does not have yet. */
const lost = wordyReport

describe("A report that is refused", () => {
  it("is kept with who sent it, when, and why, and nothing of it is lost in a restart", async () => {
    await open()
    const report = lost()
    await house.report([report, allowed()])
    const kept = {
      number: 1,
      received: expect.stringMatching(/Z$/),
      cloudNode: cloudNode.id,
      by: { id: clientId, from: "127.0.0.1" },
      topic: report.topic,
      code: "device_unknown",
      message: expect.stringContaining("no such device"),
      report,
      bytes: JSON.stringify(report).length,
    }
    expect((await letters(count(1))).letters).toEqual([kept])
    await house.restart()
    expect((await operate(house, "GET", `${path}/1`)).body).toEqual(kept)
    expect((await command("list", "--system", systemId)).out).toMatch(
      /^NO +RECEIVED +CODE +TOPIC +CLOUD NODE\n1 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +device_unknown/,
    )
    const shown = await command("show", "1", "--system", systemId)
    expect(JSON.parse(shown.out)).toEqual(kept)
  })

  it("is kept where its cloud node is unknown, and where it is too large without its words", async () => {
    await open()
    const token = await house.token()
    const large = { ...allowed(), topic: "no.such", padding: "x".repeat(20_000) }
    await house.post(`/${systemId}/cloud-nodes/new/reports`, JSON.stringify([allowed(), large]), token)
    const { letters: kept } = await letters(count(2))
    expect(kept).toMatchObject([
      { number: 2, report: null, without: "size", cloudNode: "new", code: "cloud_node_unknown" },
      { number: 1, report: { topic: "device.request.allowed" }, code: "cloud_node_unknown" },
    ])
    expect((await operate(house, "POST", `${path}/2/replay`, {})).body["code"]).toBe("dead_letter_empty")
  })

  it("goes in as if it came now when its cause is mended, once, however often it is replayed", async () => {
    await open()
    const report = { ...allowed(), occurred: -1 }
    const reports = [lost(), report, lost()]
    await house.report(reports)
    await letters(count(3))
    // The building gets its door while the server is away.
    await house.server().close()
    house = await mended(house, wordy)
    const replayed = await command("replay", "--system", systemId, "--code", "device_unknown")
    expect(replayed).toMatchObject({ code: 0, err: "2 accepted, 0 refused again.\n" })
    expect((await letters(count(1))).letters).toMatchObject([{ number: 2, code: "occurred_invalid" }])
    expect(await house.server().eventsKept()).toBe(2)
    const { accepted } = await house.report([reports[0]!])
    expect(accepted).toMatchObject([{ position: 1 }])

    const again = await command("replay", "2", "--system", systemId)
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining("occurred_invalid") })
    expect((await letters(count(1))).letters).toMatchObject([{ number: 2, tried: expect.any(String) }])
    expect((await command("drop", "2", "--system", systemId)).err).toBe("1 dropped.\n")
    const { body } = await operate<{ records: object[] }>(house, "GET", "/audit?what=deadLetter")
    expect(body.records).toMatchObject([
      { deeds: [{ what: "deadLetter.dropped", id: "2" }] },
      { deeds: [{ what: "deadLetter.replayed", id: "2" }] },
      {
        deeds: [
          { what: "deadLetter.replayed", id: "1" },
          { what: "deadLetter.replayed", id: "3" },
        ],
      },
    ])
  })

  it("is found by its code, and in pages", async () => {
    await open()
    await house.report([lost(), { ...lost(), topic: "none" }, lost()])
    await letters(count(3))
    const page = async (query: string) => {
      const { body } = await operate<Page>(house, "GET", `${path}?${query}`)
      return [body.letters.map(({ number }) => number), body.next]
    }
    expect(await page("per_page=2")).toEqual([[3, 2], 2])
    expect(await page("per_page=2&before=2")).toEqual([[1], null])
    expect(await page("code=device_unknown")).toEqual([[3, 1], null])
    expect(await page("code=no_such_code")).toEqual([[], null])
  })
})

/** The same folder and port with more in its building. */
async function mended(old: House, more: NonNullable<HouseSettings["more"]>): Promise<House> {
  const { cp, rm } = await import("node:fs/promises")
  const next = await openHouse({ more })
  await next.server().close()
  await cp(old.dataFolder, next.dataFolder, { recursive: true, force: true })
  await rm(old.dataFolder, { recursive: true, force: true })
  await next.restart()
  return next
}

describe("A flood of reports that are refused", () => {
  it("is kept within bounds, counted, and keeps no good report waiting", async () => {
    await open({ deadLetters: { count: 300, bytes: 100_000 } })
    const token = await house.token(otherSystemId)
    const bad = JSON.stringify(Array.from({ length: 1000 }, () => 0))
    const flood = async () => {
      for (let n = 0; n < 20; n++) await house.post(`/${otherSystemId}/cloud-nodes/none/reports`, bad, token)
    }
    const good = async () => {
      for (let n = 0; n < 20; n++) expect((await house.report(allowed())).refused).toEqual([])
    }
    await Promise.all([flood(), flood(), good()])
    const of = `/systems/${otherSystemId}/dead-letters`
    const page = await letters(({ count: kept, dropped }) => kept + dropped === 40_000, "", of)
    expect(page.count).toBeGreaterThan(0)
    expect(page.count).toBeLessThanOrEqual(300)
    expect(page.bytes).toBeLessThanOrEqual(100_000)
    expect((await letters(() => true)).count).toBe(0)
    const { body } = await operate(house, "GET", "/status")
    expect(body["deadLetters"]).toEqual({ count: page.count, dropped: page.dropped })
  })
})

describe("An erased holder", () => {
  const erase = {
    "by the operator": () => operate(house, "POST", `/systems/${systemId}/holders/${someone.id}/erase`, {}),
    "over REST": async () => {
      const headers = { Authorization: `Bearer ${await house.token()}` }
      const url = `${house.url}/${systemId}/holders/${someone.id}?erase=true`
      expect((await fetch(url, { method: "DELETE", headers })).status).toBe(204)
    },
  }
  it.each(Object.entries(erase))(
    "is in no dead letter any more, nor in one that comes late: %s",
    async (_, eraseThem) => {
      await open()
      const { cardNumber } = someone.credentials[0]!
      const byCard = doorReport("device.request.denied", { cardNumber, facilityCode: 7, deviceId: "none" })
      const byId = doorReport("device.request.allowed", { holderId: someone.id, deviceId: "none" })
      await house.report([byCard, byId, lost()])
      await letters(count(3))
      await eraseThem()
      await house.report([{ ...byId, id: "late" }])
      const { letters: kept } = await letters(count(4))
      expect(kept).toMatchObject([
        { number: 4, report: null, without: "erasure" },
        { number: 3, report: { topic: "device.input.dps.opened" } },
        { number: 2, report: null, without: "erasure" },
        { number: 1, report: null, without: "erasure" },
      ])
      expect(JSON.stringify(kept)).not.toContain(cardNumber)
    },
  )
})

describe("Dead letters", () => {
  it("are refused to whoever asks for what is not there", async () => {
    await open()
    const all = [
      ["GET", `${path}/7`, "dead_letter_unknown"],
      ["GET", `${path}/x`, "dead_letter_unknown"],
      ["POST", `${path}/7/replay`, "dead_letter_unknown"],
      ["DELETE", `${path}/7`, "dead_letter_unknown"],
      ["GET", "/systems/none/dead-letters", "system_unknown"],
      ["POST", `${path}/replay`, "request_invalid"],
      ["POST", `${path}/drop`, "request_invalid"],
      ["GET", `${path}?before=x`, "request_invalid"],
    ] as const
    for (const [method, at, code] of all)
      expect([
        at,
        (await operate(house, method, at, method === "GET" ? undefined : {})).body["code"],
      ]).toEqual([at, code])
    expect((await command("drop", "--system", systemId)).err).toContain("--all")
  })

  it("can be seen and dropped where no server runs, and replayed only where one does", async () => {
    await open()
    await house.report(lost())
    await letters(count(1))
    await house.server().close()
    expect((await operate<Page>(house, "GET", path)).body.count).toBe(1)
    expect((await operate(house, "POST", `${path}/1/replay`, {})).body["code"]).toBe("server_needed")
    expect((await command("drop", "--all", "--system", systemId)).err).toBe("1 dropped.\n")
    expect((await operate<Page>(house, "GET", path)).body.count).toBe(0)
  })

  it("are kept no longer than events", async () => {
    await open({ options: { sweepEvery: 20 } })
    await house.report(lost())
    await letters(count(1))
    house.advance(7 * 86_400_000 + 1)
    await letters(count(0))
  })
})
