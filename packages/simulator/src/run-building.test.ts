import { readReport } from "@doorstream/contract/validate"
import { describe, expect, it, type TestContext } from "vitest"
import { clientOf, listenFor, openServer, registered } from "../test/demo.js"
import { demoBuilding } from "./demo-building.js"
import { runBuilding, type RunOptions } from "./run-building.js"

const anHour = 3_600_000

/** A server of its own for a test, and the building that runs against it from `run` on. */
async function open({ onTestFinished }: TestContext) {
  const server = await openServer()
  const stop = new AbortController()
  const troubles = listenFor()
  let running: Promise<void> | undefined
  const run = (particular: Partial<RunOptions> = {}): Promise<void> => {
    const options = {
      ...clientOf(server),
      signal: stop.signal,
      onTrouble: troubles.tell,
      seed: 7,
      ...particular,
    }
    return (running = runBuilding(options))
  }
  onTestFinished(async () => {
    stop.abort()
    await running
    await server.close()
  })
  return { server, stop, troubles, run }
}

describe.concurrent("A running building", () => {
  it("reports in real time what happens at the doors that the server knows", async (context) => {
    const { server, troubles, run } = await open(context)
    const began = Date.now()
    void run()
    await server.until(({ accepted }) => accepted.length >= 5)
    const moments = server.accepted.map(({ occurred }) => occurred)
    for (const report of server.accepted) expect(readReport(report)).toEqual(report)
    expect(moments[0]).toBeGreaterThan(began)
    expect(moments.at(-1)).toBeLessThanOrEqual(Date.now())
    expect(troubles.said).toEqual([])
  })

  it("gives its reports other ids in every run", async (context) => {
    const [one, other] = [await open(context), await open(context)]
    for (const { run } of [one, other]) void run()
    for (const { server } of [one, other]) await server.until(({ accepted }) => accepted.length >= 1)
    expect(one.server.accepted[0]?.topic).toBe(other.server.accepted[0]?.topic)
    expect(one.server.accepted[0]?.id).not.toBe(other.server.accepted[0]?.id)
  })

  it("ends when it is told to, and asks nothing more", async (context) => {
    const { server, stop, run } = await open(context)
    const running = run()
    await server.until(({ accepted }) => accepted.length >= 1)
    stop.abort()
    await running
    const { length } = server.asked
    await server.close()
    await server.listen()
    expect(server.asked).toHaveLength(length)
  })

  it("ends before it has begun, without a question", async (context) => {
    const { server, stop, run } = await open(context)
    stop.abort()
    await run()
    expect(server.asked).toEqual([])
  })

  // Its own limit is shorter than an answer may take: the run has to give up before.
  it("ends although the server does not answer", { timeout: 8_000 }, async (context) => {
    const { server, stop, troubles, run } = await open(context)
    server.troubles = ["hangs"]
    const running = run()
    await server.until(({ accepted }) => accepted.length >= 1)
    stop.abort()
    await running
    expect(troubles.said).toEqual([])
  })

  it("ends while there is no server", async (context) => {
    const { server, stop, troubles, run } = await open(context)
    await server.close()
    const running = run()
    await troubles.until(1)
    stop.abort()
    await running
    expect(troubles.said).toEqual(["The server cannot be reached (ECONNREFUSED)."])
  })

  it("waits for a server that is not there yet, and for a system that has no doors yet", async (context) => {
    const { server, troubles, run } = await open(context)
    await server.close()
    void run()
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

  it("lets each cloud node report for its own doors", async (context) => {
    const { server, run } = await open(context)
    const cloudNodes = [demoBuilding.cloudNode, { ...demoBuilding.cloudNode, id: "second" }]
    const devices = demoBuilding.devices.map((device, index) =>
      index < 2 ? device : { ...device, cloudNodeId: "second" },
    )
    server.registered = { ...registered, cloudNodes, devices }
    void run()
    const posted = () => server.asked.filter(({ url }) => url.pathname.endsWith("/reports"))
    const nodeOf = ({ url }: { url: URL }) => url.pathname.split("/")[3]
    await server.until(() => new Set(posted().map(nodeOf)).size === 2)
    for (const asked of posted()) {
      const mine = devices.filter(({ cloudNodeId }) => cloudNodeId === nodeOf(asked)).map(({ id }) => id)
      for (const { body } of JSON.parse(asked.text))
        if ("deviceId" in body) expect(mine).toContain(body.deviceId)
    }
  })

  it("makes up for nothing after the machine slept for an hour", async (context) => {
    const { server, run } = await open(context)
    let slept = 0
    const now = (): number => Date.now() + slept
    void run({ now })
    await server.until(({ accepted }) => accepted.length >= 2)
    const asleep = now()
    slept = anHour
    const woke = now()
    await server.until(({ accepted }) => accepted.filter(({ occurred }) => occurred >= woke).length >= 4)
    const missed = server.accepted.filter(({ occurred }) => occurred > asleep && occurred < woke)
    expect(missed).toEqual([])
    expect(server.accepted.at(-1)?.occurred).toBeLessThanOrEqual(now())
  })

  it("goes on after the clock was set back", async (context) => {
    const { server, run } = await open(context)
    const began = Date.now()
    let back = 0
    void run({ now: () => Date.now() - back })
    await server.until(({ accepted }) => accepted.length >= 2)
    back = anHour
    await server.until(({ accepted }) => accepted.filter(({ occurred }) => occurred < began).length >= 3)
    expect(server.accepted.at(-1)?.occurred).toBeLessThanOrEqual(Date.now() - back)
  })
})
