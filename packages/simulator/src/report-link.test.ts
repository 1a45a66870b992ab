import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { clientOf, listenFor, openServer, registered, report } from "../test/demo.js"
import type { TestServer, Trouble } from "../test/server.js"
import { openApiSession } from "./api-session.js"
import { demoBuilding } from "./demo-building.js"
import { ReportLink, type ReportLinkOptions } from "./report-link.js"

let server: TestServer
let stop: AbortController
let giveUp: AbortController
let troubles: ReturnType<typeof listenFor>
beforeEach(async () => {
  server = await openServer()
  stop = new AbortController()
  giveUp = new AbortController()
  troubles = listenFor()
})
afterEach(async () => {
  stop.abort()
  giveUp.abort()
  await server.close()
})

const open = (particular: Partial<ReportLinkOptions> = {}): ReportLink =>
  new ReportLink({
    ask: openApiSession(clientOf(server), Date.now, giveUp.signal),
    systemId: registered.systemId,
    cloudNodeId: demoBuilding.cloudNode.id,
    signal: stop.signal,
    onTrouble: troubles.tell,
    pauses: { first: 1, most: 4 },
    ...particular,
  })

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `r-${from + index}`)
const sendAll = (link: ReportLink, ids: readonly string[]): void => {
  for (const id of ids) link.send([report(id)])
}
const accepted = (): string[] => server.accepted.map(({ id }) => id)

describe("A report link", () => {
  it("brings reports in order, one request at a time, and what gathers meanwhile in one", async () => {
    const link = open()
    const release = server.hold()
    link.send([report("r-1")])
    await server.until(({ batches }) => batches.length === 1)
    sendAll(link, numbered(2, 40))
    release()
    await link.settle()
    expect(server.batches).toEqual([["r-1"], numbered(2, 40)])
    expect(accepted()).toEqual(numbered(1, 40))
    expect(server.mostAtOnce).toBe(1)
    expect(troubles.said).toEqual([])
  })

  it("sends no more than a thousand at once", async () => {
    const link = open()
    link.send(numbered(1, 2500).map(report))
    await link.settle()
    expect(server.batches.map(({ length }) => length)).toEqual([1000, 1000, 500])
    expect(accepted()).toEqual(numbered(1, 2500))
  })

  it("takes up again after it was idle", async () => {
    const link = open()
    link.send([report("r-1")])
    await link.settle()
    link.send([])
    link.send([report("r-2")])
    await link.settle()
    expect(accepted()).toEqual(["r-1", "r-2"])
  })

  it("renews a token that is refused and goes on without a word", async () => {
    const link = open()
    link.send([report("r-1")])
    await link.settle()
    server.revokeTokens()
    link.send([report("r-2")])
    await link.settle()
    expect(accepted()).toEqual(["r-1", "r-2"])
    expect(troubles.said).toEqual([])
  })

  const passing: readonly (readonly [string, Trouble, RegExp])[] = [
    ["is draining", { answers: "draining" }, /^The server takes no reports \(503 draining: /],
    [
      "cannot write",
      { answers: "storage_fault", retryAfter: 0 },
      /^The server takes no reports \(503 storage_fault: /,
    ],
    [
      "does not let it in",
      { answers: "scope_missing" },
      /^The server takes no reports \(403 scope_missing: /,
    ],
    ["drops the connection", "drops", /^The server cannot be reached \(/],
    ["breaks off in the middle of its answer", "cuts", /^The server cannot be reached \(/],
    ["answers for some only", "forgets", /^The server left reports unanswered\.$/],
  ]
  it.each(passing)("sends the same again, once, when the server %s", async (_, trouble, words) => {
    server.troubles = [trouble, trouble, trouble]
    const link = open()
    link.send(numbered(1, 5).map(report))
    await link.settle()
    expect(accepted()).toEqual(numbered(1, 5))
    expect(server.batches.length).toBeGreaterThanOrEqual(4)
    expect(troubles.said).toEqual([expect.stringMatching(words), "recovered"])
  })

  it("keeps what happens while there is no server, and brings it when there is one", async () => {
    const link = open()
    await server.close()
    sendAll(link, numbered(1, 3))
    await troubles.until(1)
    sendAll(link, numbered(4, 6))
    await server.listen()
    await link.settle()
    expect(accepted()).toEqual(numbered(1, 6))
    expect(troubles.said).toEqual(["The server cannot be reached (ECONNREFUSED).", "recovered"])
  })

  it("keeps the newest only, and says how many it has dropped", async () => {
    const link = open({ keep: 5 })
    await server.close()
    sendAll(link, numbered(1, 3))
    await troubles.until(1)
    sendAll(link, numbered(4, 12))
    await server.listen()
    await link.settle()
    expect(accepted()).toEqual(numbered(8, 12))
    expect(troubles.said).toEqual([
      "The server cannot be reached (ECONNREFUSED).",
      "Only the newest 5 reports are kept; older ones are dropped.",
      "recovered: 7 of the oldest reports were dropped",
    ])
  })

  it("lets go of what the server refuses, says so once, and goes on", async () => {
    const link = open()
    const wrong = { ...report("wrong"), occurred: -1 }
    link.send([report("r-1"), wrong, report("r-2"), { ...wrong, id: "as-wrong" }])
    link.send([{ ...wrong, id: "wrong-again" }, report("r-3")])
    await link.settle()
    expect(accepted()).toEqual(numbered(1, 3))
    expect(troubles.said).toEqual([expect.stringMatching(/^A report was refused \(occurred_invalid: /)])
  })

  it("sends less at once to a server that finds it too much", async () => {
    server.limit = 100
    const link = open()
    link.send(numbered(1, 700).map(report))
    await link.settle()
    expect(accepted()).toEqual(numbered(1, 700))
    expect(troubles.said).toEqual([])
  })

  it("lets go of a report that is too much by itself", async () => {
    server.limit = 0
    const link = open()
    link.send([report("r-1")])
    await link.settle()
    server.limit = 1000
    link.send([report("r-2")])
    await link.settle()
    expect(accepted()).toEqual(["r-2"])
    expect(troubles.said).toEqual([expect.stringMatching(/^A report was refused \(413 batch_too_large: /)])
  })

  it("tries what is pending once more at its end, then gives it up without a word", async () => {
    const link = open({ pauses: { first: 3_600_000, most: 3_600_000 } })
    server.troubles = ["drops"]
    link.send([report("r-1")])
    await troubles.until(1)
    stop.abort()
    await link.settle()
    expect(accepted()).toEqual(["r-1"])
    await server.close()
    link.send([report("r-2")])
    await link.settle()
    expect(troubles.said).toEqual([expect.stringMatching(/^The server cannot be reached/), "recovered"])
  })

  it("gives up on an answer that does not come when it is told to", async () => {
    const link = open()
    server.troubles = ["hangs"]
    link.send([report("r-1")])
    await server.until(() => server.accepted.length === 1)
    stop.abort()
    giveUp.abort()
    await link.settle()
    expect(server.batches).toHaveLength(1)
  })
})
