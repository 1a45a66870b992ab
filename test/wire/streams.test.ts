/** A stream of server-sent events, as EventSource and people with curl read it. PROTOCOL §20. */
import { spawn, spawnSync } from "node:child_process"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { openEventSource, type Coming, type EventSourceByHand, type Sent } from "../support/event-source.js"
import { doorReport, openHouse, otherSystemId, systemId, type House } from "../support/house.js"
import { Heard } from "../support/listeners.js"

const opened = "device.input.dps.opened"
const closed = "device.input.dps.closed"

let house: House
let token: string
const sources: EventSourceByHand[] = []
beforeEach(async () => {
  house = await openHouse({
    systemTokenLifetime: 60,
    heartbeat: { interval: 50, timeout: 20_000 },
    options: { reminderEvery: 30 },
    origins: ["https://wall.example"],
  })
  token = await house.token()
})
afterEach(async () => {
  for (const source of sources.splice(0)) source.close()
  await house.close()
})

const address = (query: string, system = systemId): string => `${house.url}/${system}/stream?${query}`

/** A stream that somebody reads; its token is in the URL unless the query has one. */
async function read(query: string, more: Coming = {}) {
  const its = query.includes("token=") ? query : `${query}&token=${token}`
  const source = openEventSource(address(its), more)
  sources.push(source)
  await source.opened.atLeast(1)
  return source
}

/** Reports, one after the other; when each of them happened. */
async function happen(...topics: readonly string[]): Promise<number[]> {
  const reports = topics.map((topic) => doorReport(topic))
  await house.report(reports)
  return reports.map(({ occurred }) => occurred)
}

const timesIn = (all: readonly Sent[]): number[] =>
  all.map(({ data }) => (data as { occurred: number }).occurred)

/** The cursor of the last event of the log. */
async function lastCursor(): Promise<string> {
  const response = await fetch(`${house.url}/${systemId}/events?topics=*`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  return ((await response.json()) as { cursor: string }).cursor
}

const refusalOf = async (response: Response): Promise<[status: number, code: string]> => [
  response.status,
  ((await response.json()) as { code: string }).code,
]

describe("A stream", () => {
  it("begins with when to come back and from where, and has each event by its topic, its body and its cursor", async () => {
    const source = await read(`topics=${opened}`)
    const [time] = await happen(opened)
    const [heard] = await source.heard.atLeast(1)
    expect(heard!.event).toBe(opened)
    expect(heard!.data).toMatchObject({ occurred: time })
    expect(heard!.id).toBe(await lastCursor())
    expect(source.text()).toMatch(
      /^retry: 2000\nid: 1\.[\w-]+\.0\n\n(?:.*\n)*?event: device\.input\.dps\.opened\ndata: \{.*\}\nid: 1\.[\w-]+\.1\n\n/,
    )
  })

  it("takes its token from the URL or as Bearer, and topics with commas, apart, or by wildcard", async () => {
    const its = await Promise.all([
      read(`topics=${opened},${closed}`),
      read(`topics=${opened}&topics=${closed}`),
      read("topics=device.input.dps.*&token=", { headers: { Authorization: `Bearer ${token}` } }),
    ])
    const times = await happen(opened, "device.input.rex.opened", closed)
    for (const source of its) expect(timesIn(await source.heard.atLeast(2))).toEqual([times[0], times[2]])
  })

  it("goes on after Last-Event-ID, which counts before what the URL says", async () => {
    const first = await read(`topics=${opened}`)
    const times = await happen(opened, opened, opened)
    const [{ id } = { id: "" }] = await first.heard.atLeast(3)
    const again = await read(`topics=${opened}&after=earliest`, { lastEventId: id })
    expect(timesIn(await again.heard.atLeast(2))).toEqual(times.slice(1))
  })

  it("begins where the URL says: at the earliest event, with the last so many, or at a time", async () => {
    const times = await happen(opened, opened, opened)
    const cases = [
      ["earliest", 3],
      ["last:2", 2],
      ["time:0", 3],
    ] as const
    for (const [after, count] of cases) {
      const source = await read(`topics=${opened}&after=${after}`)
      expect(timesIn(await source.heard.atLeast(count))).toEqual(times.slice(3 - count))
    }
  })

  it("tells of a gap before the first event that can be had", async () => {
    await happen(opened)
    const source = await read(`topics=${opened}&after=1.another-log.5`)
    const [gap, event] = await source.heard.atLeast(2)
    expect(gap).toMatchObject({ event: "stream.gap", data: { from: 1, to: 0, count: 0, reason: "epoch" } })
    expect(gap!.id).toMatch(/^1\.[\w-]+\.0$/)
    expect(event!.event).toBe(opened)
    // Whoever is cut off before it has the gap has no id that is after it.
    expect(source.text()).toMatch(/^retry: 2000\n\nevent: stream\.gap\n/)
  })

  it("shows by lines that nobody hears that it is there, and how far a quiet one would read on", async () => {
    const source = await read(`topics=${opened}`)
    await happen(closed)
    const quiet = await lastCursor()
    await new Promise<void>((resolve) => {
      const look = (): void => void (source.lastEventId() === quiet ? resolve() : setImmediate(look))
      look()
    })
    expect(source.text()).toContain(`id: ${quiet}\n:\n\n`)
    expect(source.heard.all).toEqual([])
  })

  it("tells its position where that is asked for", async () => {
    const source = await read(`topics=${opened},stream.position&every=100`)
    const [position] = await source.heard.atLeast(1)
    expect(position).toMatchObject({ event: "stream.position", data: { cursor: position!.id } })
  })

  it("may be read by a page of an origin that is listed", async () => {
    const response = await fetch(address(`topics=${opened}&token=${token}`), {
      headers: { Origin: "https://wall.example" },
    })
    expect(response.headers.get("access-control-allow-origin")).toBe("https://wall.example")
    expect(response.headers.get("x-content-type-options")).toBe("nosniff")
    expect(response.headers.get("cache-control")).toBe("no-store")
    await response.body!.cancel()
  })

  it("is not begun for whoever asks with HEAD", async () => {
    const response = await fetch(address(`topics=${opened}&token=${token}`), { method: "HEAD" })
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"])
  })
})

describe("A stream whose token has lapsed", () => {
  it("is answered 200, and says nothing but invalidToken, again and again", async () => {
    const cursor = await lastCursor()
    house.advance(61_000)
    const source = await read(`topics=${opened}&after=${cursor}`)
    await happen(opened)
    const all = await source.heard.atLeast(3)
    expect(new Set(all.map(({ event }) => event))).toEqual(new Set(["invalidToken"]))
    expect(all[0]!.data).toMatchObject({ reason: "token_expired" })
    expect(source.text()).not.toContain("id:")
  })

  it("says invalidToken in the place of each event, and another one with a new token has them all", async () => {
    const source = await read(`topics=${opened}`)
    const before = await happen(opened)
    await source.heard.atLeast(1)
    house.advance(61_000)
    const missed = await happen(opened, opened)
    const all = await source.heard.atLeast(3)
    expect(all.map(({ event }) => event)).toEqual([opened, "invalidToken", "invalidToken"])
    const renewed = await read(`topics=${opened}&token=${await house.token()}`, {
      lastEventId: source.lastEventId(),
    })
    expect(timesIn([all[0]!, ...(await renewed.heard.atLeast(2))])).toEqual([...before, ...missed])
  })
})

describe("A stream that cannot be", () => {
  const refused: readonly [what: string, query: () => string, status: number, code: string][] = [
    ["without a token", () => `topics=${opened}`, 401, "token_missing"],
    ["with half a token", () => `topics=${opened}&token=half.a`, 401, "token_malformed"],
    ["without topics", () => `token=${token}`, 400, "subscription_invalid"],
    ["with no word in its topics", () => `topics=,&token=${token}`, 400, "subscription_invalid"],
    ["with an unknown topic", () => `topics=${opened},device.none&token=${token}`, 422, "topic_unknown"],
    ["after what is no cursor", () => `topics=*&after=yesterday&token=${token}`, 422, "cursor_malformed"],
    ["after no time", () => `topics=*&after=time:2026-11-26&token=${token}`, 422, "after_invalid"],
    ["with a name", () => `topics=*&listener=wall-3&token=${token}`, 400, "request_invalid"],
    ["after no number", () => `topics=*&after=last:0&token=${token}`, 422, "after_invalid"],
    ["too often", () => `topics=stream.position&every=1&token=${token}`, 422, "interval_invalid"],
  ]
  it.each(refused)("is refused so that the reason can be read: %s", async (_, query, status, code) => {
    expect(await refusalOf(await fetch(address(query())))).toEqual([status, code])
  })

  it("is refused where the cursor is ahead of the log, or the token is another system's", async () => {
    const ahead = (await lastCursor()).replace(/\.0$/, ".zz")
    expect(await refusalOf(await fetch(address(`topics=*&after=${ahead}&token=${token}`)))).toEqual([
      409,
      "cursor_ahead",
    ])
    expect(await refusalOf(await fetch(address(`topics=*&token=${token}`, otherSystemId)))).toEqual([
      403,
      "system_mismatch",
    ])
  })

  it("is given up for good by an EventSource", async () => {
    const source = openEventSource(address(`topics=${opened}&token=half.a`))
    expect(await source.over).toBe(401)
  })
})

const curl = spawnSync("curl", ["--version"]).status === 0

it("curl -N reads a stream line by line", async ({ skip }) => {
  const whyNot = "There is no curl here: apt-get install curl."
  if (!curl) console.log(whyNot)
  skip(!curl, whyNot)
  const args = ["-sN", "-H", `Authorization: Bearer ${token}`, address(`topics=${opened}&after=earliest`)]
  const child = spawn("curl", args, { stdio: ["ignore", "pipe", "inherit"] })
  const lines = new Heard<string>()
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\n")) lines.add(line)
  })
  const [time] = await happen(opened)
  const all = await lines.until((heard) =>
    heard.some((line) => line.startsWith("id: 1.") && !line.endsWith(".0")),
  )
  const at = all.findIndex((line) => line.startsWith("data: "))
  expect([all[at - 1], all[at + 1]]).toEqual([`event: ${opened}`, expect.stringMatching(/^id: 1\./)])
  expect(JSON.parse(all[at]!.slice("data: ".length))).toMatchObject({ occurred: time })
  child.kill()
})
