import { readReport } from "@doorstream/contract/validate"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { clientOf, listenFor, openServer, registered } from "../test/demo.js"
import type { TestServer } from "../test/server.js"
import { demoBuilding } from "./demo-building.js"
import { runBuilding, type RunOptions } from "./run-building.js"

let server: TestServer
let stop: AbortController
let running: Promise<void> | undefined
let troubles: ReturnType<typeof listenFor>
beforeEach(async () => {
  server = await openServer()
  stop = new AbortController()
  troubles = listenFor()
})
afterEach(async () => {
  stop.abort()
  await running
  await server.close()
})

const run = (particular: Partial<RunOptions> = {}): void => {
  running = runBuilding({ ...clientOf(server), signal: stop.signal, onTrouble: troubles.tell, seed: 7, ...particular })
}

const gaps = (moments: readonly number[]): number[] =>
  moments.slice(1).map((moment, index) => moment - (moments[index] as number))

describe("A running building", () => {
  it("reports in real time what happens at the doors that the server knows", async () => {
    const began = Date.now()
    run()
    await server.until(({ accepted }) => accepted.length >= 5)
    const moments = server.accepted.map(({ occurred }) => occurred)
    for (const report of server.accepted) expect(readReport(report)).toEqual(report)
    expect(moments[0]).toBeGreaterThan(began)
    expect(moments.at(-1)).toBeLessThanOrEqual(Date.now())
    expect(Math.max(...gaps(moments))).toBeLessThanOrEqual(3000)
    expect(troubles.said).toEqual([])
  })

  it("ends when it is told to, and asks nothing more", async () => {
    run()
    await server.until(({ accepted }) => accepted.length >= 1)
    stop.abort()
    await running
    const { length } = server.asked
    await server.close()
    await server.listen()
    expect(server.asked).toHaveLength(length)
  })

  it("ends before it has begun, without a question", async () => {
    stop.abort()
    run()
    await running
    expect(server.asked).toEqual([])
  })

  it("ends although the server does not answer", async () => {
    server.troubles = ["hangs"]
    run()
    await server.until(({ accepted }) => accepted.length >= 1)
    stop.abort()
    await running
    expect(troubles.said).toEqual([])
  })

  it("ends while there is no server", async () => {
    await server.close()
    run()
    await troubles.until(1)
    stop.abort()
    await running
    expect(troubles.said).toEqual(["The server cannot be reached (ECONNREFUSED)."])
  })

  it("waits for a server that is not there yet, and for a system that has no doors yet", async () => {
    await server.close()
    run()
    await troubles.until(1)
    server.registered = { ...registered, cloudNodes: [] }
    await server.listen()
    await troubles.until(2)
    server.registered = registered
    await server.until(({ accepted }) => accepted.length >= 1)
    expect(troubles.said).toEqual([
      "The server cannot be reached (ECONNREFUSED).",
      "The system has no cloud node with doors.",
      "recovered",
    ])
  })

  it("lets each cloud node report for its own doors", async () => {
    const second = { ...demoBuilding.cloudNode, id: "second" }
    const devices = demoBuilding.devices.map((device, index) => (index < 2 ? device : { ...device, cloudNodeId: "second" }))
    server.registered = { ...registered, cloudNodes: [demoBuilding.cloudNode, second], devices }
    run()
    const posted = () => server.asked.filter(({ url }) => url.pathname.endsWith("/reports"))
    const nodes = () => new Set(posted().map(({ url }) => url.pathname.split("/")[3]))
    await server.until(() => nodes().size === 2)
    for (const { url, text } of posted()) {
      const mine = devices.filter(({ cloudNodeId }) => url.pathname.includes(cloudNodeId)).map(({ id }) => id)
      for (const { body } of JSON.parse(text)) if ("deviceId" in body) expect(mine).toContain(body.deviceId)
    }
    stop.abort()
  })

  it("makes up for nothing after the machine slept for an hour", async () => {
    let slept = 0
    const now = (): number => Date.now() + slept
    run({ now })
    await server.until(({ accepted }) => accepted.length >= 2)
    const before = server.accepted.length
    slept = 3_600_000
    const woke = now()
    await server.until(({ accepted }) => accepted.length >= before + 4)
    const after = server.accepted.slice(before).map(({ occurred }) => occurred)
    expect(after[0]).toBeGreaterThanOrEqual(woke)
    expect(after.at(-1)).toBeLessThanOrEqual(now())
    expect((after.at(-1) as number) - (after[0] as number)).toBeGreaterThan(0)
    expect(Math.max(...gaps(after))).toBeLessThanOrEqual(3000)
  })

  it("goes on after the clock was set back", async () => {
    let set = 0
    run({ now: () => Date.now() - set })
    await server.until(({ accepted }) => accepted.length >= 2)
    const before = server.accepted.length
    set = 3_600_000
    await server.until(({ accepted }) => accepted.length >= before + 3)
    expect(server.accepted.at(-1)?.occurred).toBeLessThanOrEqual(Date.now() - set)
  })
})
