import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { LinkServer, type Conversation } from "../../test/link-server.js"
import { NodeClient, type NodeClientOptions } from "./node-client.js"
import { proofOf } from "./proof.js"

let server: LinkServer
let node: NodeClient | undefined
let kept: (readonly string[])[]
let ends: string[]
beforeEach(async () => {
  server = await LinkServer.listen()
  kept = []
  ends = []
})
afterEach(async () => {
  node?.close()
  node = undefined
  await server.close()
})

const pauses = { first: 1, most: 2, long: 600_000, full: 1 }

function open(more: Partial<NodeClientOptions> = {}): NodeClient {
  const mine = ends
  node = new NodeClient({
    url: server.url,
    serialNumber: "1234ABC",
    keys: ["good"],
    pauses,
    onSync: () => undefined,
    keep: async (keys) => void kept.push(keys),
    onEnd: (closeCode, reason) => void mine.push(`${closeCode} ${reason}`),
    ...more,
  })
  return node
}

const reports = (...ids: string[]) => ids.map((id) => ({ id }))
const runsIn = ({ heard }: Conversation): string[][] =>
  heard.flatMap((said) =>
    said.type === "reports" ? [said.reports.map((each) => (each as { id: string }).id)] : [],
  )

describe("A cloud node that comes", () => {
  it("proves its key and says which versions it speaks", async () => {
    open()
    const hello = await (await server.link()).welcome()
    expect(hello).toEqual({
      type: "hello",
      versions: { min: 1, max: 2 },
      serialNumber: "1234ABC",
      proof: proofOf("good", "nonce", "1234ABC"),
    })
  })

  it("speaks version 1 where it takes over nothing", async () => {
    open({ onSync: undefined as never })
    expect((await (await server.link()).welcome()).versions).toEqual({ min: 1, max: 1 })
  })

  it("comes again after a refusal of its upgrade", async () => {
    server.refusals.push(503, 429)
    open()
    await (await server.link()).welcome()
    expect(server.refused).toBe(2)
  })

  it("tries its other key where it has two, and stays away where none is good", async () => {
    open({ keys: ["bad", "good"] })
    const first = await server.link()
    first.say({ type: "challenge", versions: { min: 1, max: 2 }, nonce: "nonce", time: 0 })
    expect((await first.hears("hello")).proof).toBe(proofOf("bad", "nonce", "1234ABC"))
    first.end(4401, "key_wrong")
    const second = await server.link(2)
    second.say({ type: "challenge", versions: { min: 1, max: 2 }, nonce: "nonce", time: 0 })
    expect((await second.hears("hello")).proof).toBe(proofOf("good", "nonce", "1234ABC"))
    second.end(4401, "key_wrong")
    await second.gone
    // With a new key it is back at once.
    await node?.useKey("new")
    const third = await server.link(3)
    await third.welcome()
    expect(third.heard[0]).toMatchObject({ proof: proofOf("new", "nonce", "1234ABC") })
    expect(kept).toEqual([["new"]])
  })

  it("takes a link for lost on which nothing is heard for as long as it was told", async () => {
    open()
    const first = await server.link()
    await first.welcome({ silence: 1 })
    await first.gone
    await (await server.link(2)).welcome()
    expect(ends).toEqual(["1006 "])
  })
})

describe("A cloud node that reports", () => {
  it("says no more than it has credits for, and keeps the order", async () => {
    open().send(reports("a", "b", "c", "d"))
    const link = await server.link()
    await link.welcome({ credits: 1 })
    expect(await link.accepts(1, 2)).toEqual(["a"])
    expect(await link.accepts(2, 0)).toEqual(["b", "c"])
    link.say({ type: "credits", credits: 5, time: 0 })
    expect(await link.accepts(3)).toEqual(["d"])
    await node?.settle()
    expect(node?.waiting).toBe(0)
  })

  it("says again after a cut what was not answered, before anything newer", async () => {
    open().send(reports("a", "b"))
    const first = await server.link()
    await first.welcome({ credits: 1 })
    await first.accepts(1, 1)
    await first.hears("reports", 2)
    first.cut()
    node?.send(reports("c"))
    const second = await server.link(2)
    await second.welcome()
    expect(await second.accepts()).toEqual(["b", "c"])
    await node?.settle()
  })

  it("says in one run what is added at a time, and waits until a run is worth it while others are under way", async () => {
    const client = open()
    for (const id of ["a", "b", "c"]) client.send(reports(id))
    const link = await server.link()
    await link.welcome({ credits: 3 })
    await link.hears("reports")
    client.send(reports("d", "e"))
    link.say({ type: "credits", credits: 1, time: 0 })
    link.say({ type: "credits", credits: 1, time: 0 })
    await link.hears("reports", 2)
    expect(runsIn(link)).toEqual([
      ["a", "b", "c"],
      ["d", "e"],
    ])
  })

  it("waits with a run that was not kept, and then says it before anything newer", async () => {
    open({ pauses: { ...pauses, full: 1 } }).send(reports("a", "b", "c"))
    const link = await server.link()
    await link.welcome({ credits: 1 })
    await link.hears("reports", 1)
    link.say({ type: "credits", credits: 2, time: 0 })
    await link.hears("reports", 2)
    link.refuses("storage_full", 5)
    link.refuses("storage_full", 5)
    await link.hears("reports", 3)
    expect(runsIn(link)).toEqual([["a"], ["b", "c"], ["a", "b", "c"]])
    expect(ends).toEqual([])
  })

  it("sends smaller frames after one was too large", async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => ({ id: `${index}`.padStart(60, "0") }))
    open().send(many)
    const first = await server.link()
    await first.welcome()
    const { length } = (await first.hears("reports")).reports
    first.end(1009)
    const second = await server.link(2)
    await second.welcome()
    const smaller = (await second.hears("reports")).reports.length
    expect(smaller).toBeLessThanOrEqual(Math.ceil(length / 2))
  })

  it("keeps what it has while its cable is cut, and is back when that is mended", async () => {
    open()
    const first = await server.link()
    await first.welcome()
    node?.leave()
    await first.gone
    node?.send(reports("a"))
    expect(node?.isLinked).toBe(false)
    node?.comeBack()
    const second = await server.link(2)
    await second.welcome()
    expect(await second.accepts()).toEqual(["a"])
  })
})
