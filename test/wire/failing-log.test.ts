/** A listener while the log cannot be read: it must not believe that nothing happens. PROTOCOL §20. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type * as EmbeddedLog from "../../packages/server/src/log/embedded/log.js"
import { openEventSource } from "../support/event-source.js"
import { doorReport, openHouse, systemId, type House } from "../support/house.js"
import { clients, Heard, listenRaw, versions } from "../support/listeners.js"
import { askEvents, pull } from "../support/pulling.js"

/** No test makes a disk fail on demand, so the house gets a log that does. */
const disk = vi.hoisted(() => ({ broken: "" }))
vi.mock("../../packages/server/src/log/embedded/log.js", async (importOriginal) => {
  const original = await importOriginal<typeof EmbeddedLog>()
  const failing = (what: string): void => {
    if (disk.broken === what) throw new Error("the disk of the test fails")
  }
  const embeddedLog: typeof original.embeddedLog = (...args) => {
    const log = original.embeddedLog(...args)
    return {
      ...log,
      extent: async (system) => (failing("extent"), log.extent(system)),
      read: async (...told) => (failing("read"), log.read(...told)),
    }
  }
  return { ...original, embeddedLog }
})

const opened = "device.input.dps.opened"

let house: House
let token: string
beforeEach(async () => {
  // No heartbeat ends a connection for them.
  house = await openHouse({ heartbeat: { interval: 3_600_000, timeout: 20_000 } })
  token = await house.token()
  await house.report([doorReport(opened), doorReport(opened)])
  // The tail is open by now: from here on it is only the listener itself for whom the log is read.
  await pull(house.url, token, { topics: opened })
})
afterEach(async () => {
  disk.broken = ""
  await house.close()
})

const faults = (): readonly string[] =>
  house.told.filter(({ level }) => level === "error").map(({ text }) => text)

const streamUrl = (after: string): string =>
  `${house.url}/${systemId}/stream?topics=${opened}&after=${after}&token=${token}`

describe("While it cannot be found out where a listener begins", () => {
  beforeEach(() => void (disk.broken = "extent"))

  it.each(versions)(
    "Socket.IO %s is disconnected, comes back, and hears everything then",
    async (version) => {
      const socket = clients[version](`${house.url}?systemId=${systemId}&token=${token}`, {
        forceNew: true,
        reconnectionDelay: 10,
        reconnectionDelayMax: 10,
      })
      const heard = new Heard<number>()
      const ended = new Heard<string>()
      socket.on("connect", () => socket.emit("subscribeIsolated", { topics: [opened], after: "earliest" }))
      socket.on(opened, ({ occurred }: { occurred: number }) => heard.add(occurred))
      socket.on("disconnect", (reason: string) => {
        disk.broken = ""
        ended.add(reason)
      })
      await heard.atLeast(2)
      expect(ended.all).toEqual(["transport close"])
      expect(faults()).toEqual(["a fault in looking for where a listener begins"])
      socket.close()
    },
  )

  it.each(["", "EIO=4&"])("a plain WebSocket is closed without an answer: %s", async (revision) => {
    const raw = await listenRaw(house.url, `${revision}token=${token}`)
    if (revision !== "") raw.send("40")
    raw.send(`421${JSON.stringify(["subscribeIsolated", { topics: [opened], after: "earliest" }])}`)
    await raw.closed
    expect(raw.frames.all.filter((frame) => frame.startsWith("43"))).toEqual([])
  })

  it("a stream is answered a fault and when to come back, and an EventSource comes back and hears everything", async () => {
    const refused = await fetch(streamUrl("earliest"))
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([500, "5"])
    expect(await refused.json()).toMatchObject({ code: "fault" })
    expect(faults()).toEqual(["a fault in looking for where a stream begins"])
    const source = openEventSource(streamUrl("earliest"))
    const [said] = await source.heard.atLeast(1)
    expect(said).toMatchObject({ event: "stream.refused", data: { code: "fault" } })
    disk.broken = ""
    await source.heard.until((all) => all.filter(({ event }) => event === opened).length === 2)
    source.close()
  })

  it("a request for events is answered a fault, and gives its place back", async () => {
    const answer = await askEvents(house.url, token, { topics: opened, after: "earliest" })
    expect([answer.status, await answer.json()]).toEqual([500, expect.objectContaining({ code: "fault" })])
    expect(faults()).toEqual([`a fault in GET /:systemId/events`])
    disk.broken = ""
    const { events } = await pull(house.url, token, { topics: opened, after: "earliest" })
    expect(events).toHaveLength(2)
  })
})

describe("While the log cannot be read for a listener that is behind", () => {
  beforeEach(() => void (disk.broken = "read"))

  it("a plain WebSocket is closed", async () => {
    const raw = await listenRaw(house.url, `token=${token}`)
    raw.send(`421${JSON.stringify(["subscribeIsolated", { topics: [opened], after: "earliest" }])}`)
    await raw.closed
    expect(faults()).toEqual(["a fault in reading the log for a listener"])
  })

  it("a stream ends, and an EventSource comes back and hears everything", async () => {
    const source = openEventSource(streamUrl("earliest"))
    await source.opened.atLeast(2)
    disk.broken = ""
    await source.heard.atLeast(2)
    expect(source.heard.all.map(({ event }) => event)).toEqual([opened, opened])
    source.close()
  })

  it("a request for events is answered a fault, not that there was nothing", async () => {
    const answer = await askEvents(house.url, token, { topics: opened, after: "earliest", wait: 60 })
    expect([answer.status, await answer.json()]).toEqual([500, expect.objectContaining({ code: "fault" })])
  })
})
