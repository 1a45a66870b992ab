import type { SyncedObject } from "@doorstream/contract"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { LinkServer } from "../../test/link-server.js"
import { NodeClient, type NodeClientOptions } from "./node-client.js"
import type { WholeSync } from "./sync-parts.js"

let server: LinkServer
let node: NodeClient
let syncs: WholeSync[]
beforeEach(async () => {
  server = await LinkServer.listen()
  syncs = []
})
afterEach(async () => {
  node.close()
  await server.close()
})

const open = (more: Partial<NodeClientOptions> = {}): NodeClient =>
  (node = new NodeClient({
    url: server.url,
    serialNumber: "1234ABC",
    keys: ["good"],
    pauses: { first: 1, most: 2 },
    onSync: (sync) => void syncs.push(sync),
    ...more,
  }))

const group = (id: string): SyncedObject => ({ kind: "group", value: { id } })
const part = (revision: string, number: number, isLast: boolean, more: object = {}) => ({
  type: "sync",
  revision,
  part: number,
  isLast,
  objects: [group(`${revision}-${number}`)],
  ...more,
})

describe("A cloud node that is synced", () => {
  it("takes part by part, and hands over what is whole", async () => {
    open()
    const link = await server.link()
    expect(await link.welcome()).not.toHaveProperty("revision")
    link.say(part("r1", 0, false))
    expect(await link.hears("partTaken")).toEqual({ type: "partTaken", revision: "r1", part: 0 })
    expect(syncs).toEqual([])
    link.say(part("r1", 1, true))
    await link.hears("partTaken", 2)
    expect(syncs).toEqual([{ revision: "r1", objects: [group("r1-0"), group("r1-1")] }])
  })

  it("throws half a sync away when the link is cut, and says what it had before", async () => {
    open()
    const first = await server.link()
    await first.welcome()
    first.say(part("r1", 0, true))
    await first.hears("partTaken")
    first.say(part("r2", 0, false, { from: "r1" }))
    await first.hears("partTaken", 2)
    first.cut()
    const second = await server.link(2)
    expect(await second.welcome()).toMatchObject({ revision: "r1" })
    second.say(part("r3", 0, true, { from: "r1" }))
    await second.hears("partTaken")
    expect(syncs.map(({ revision, objects }) => [revision, objects.length])).toEqual([
      ["r1", 1],
      ["r3", 1],
    ])
    expect(syncs[1]).toMatchObject({ from: "r1" })
  })

  it("begins anew with a part 0, whatever was under way", async () => {
    open()
    const link = await server.link()
    await link.welcome()
    link.say(part("r1", 0, false))
    link.say(part("r2", 0, true))
    await link.hears("partTaken", 2)
    expect(syncs).toEqual([{ revision: "r2", objects: [group("r2-0")] }])
  })

  it.each([
    ["is a later part than the next", part("r1", 2, true)],
    ["belongs to another sync", part("r2", 1, true)],
    ["is about what it does not know", part("r3", 0, true, { from: "r0" })],
  ])("comes back to be sent everything where a part %s", async (_, wrong) => {
    open()
    const first = await server.link()
    await first.welcome()
    first.say(part("r1", 0, false))
    await first.hears("partTaken")
    first.say(wrong)
    await first.gone
    expect(await (await server.link(2)).welcome()).not.toHaveProperty("revision")
    expect(syncs).toEqual([])
  })

  it("does not piece a sync together from two links", async () => {
    open()
    const first = await server.link()
    await first.welcome()
    first.say(part("r1", 0, false))
    await first.hears("partTaken")
    first.cut()
    const second = await server.link(2)
    await second.welcome()
    second.say(part("r1", 1, true))
    await second.gone
    expect(syncs).toEqual([])
  })

  it("forgets what it had taken over where it cannot take over what has changed since", async () => {
    open()
    const first = await server.link()
    await first.welcome()
    first.say(part("r1", 0, true))
    await first.hears("partTaken")
    first.say(part("r3", 0, true, { from: "r2" }))
    await first.gone
    expect(await (await server.link(2)).welcome()).not.toHaveProperty("revision")
  })

  it("says nothing of a revision for which a newer one came before it could say it", async () => {
    open()
    const link = await server.link()
    await link.welcome({ credits: 0 })
    link.say(part("r1", 0, true))
    await link.hears("partTaken")
    node.send([{ id: "a" }])
    node.synced("r1")
    link.say(part("r2", 0, true, { from: "r1" }))
    await link.hears("partTaken", 2)
    node.synced("r2")
    link.say({ type: "credits", credits: 1, time: 0 })
    expect(await link.hears("synced")).toEqual({ type: "synced", revision: "r2" })
  })

  it("says that it is synced after all that it had reported before, and before what comes later", async () => {
    open()
    const link = await server.link()
    await link.welcome({ credits: 1 })
    link.say(part("r1", 0, true))
    await link.hears("partTaken")
    node.send([{ id: "a" }, { id: "all" }])
    node.synced("r1")
    node.send([{ id: "later" }])
    await link.accepts(1, 5)
    await link.hears("reports", 3)
    expect(link.heard.slice(2).map((said) => said.type)).toEqual(["reports", "reports", "synced", "reports"])
  })

  it("says nothing of a revision for which a newer one came, or that it took over on another link", async () => {
    open()
    const first = await server.link()
    await first.welcome()
    first.say(part("r1", 0, true))
    await first.hears("partTaken")
    first.say(part("r2", 0, true, { from: "r1" }))
    await first.hears("partTaken", 2)
    node.synced("r1")
    node.synced("r2")
    expect(await first.hears("synced")).toEqual({ type: "synced", revision: "r2" })
    first.cut()
    const second = await server.link(2)
    await second.welcome()
    node.synced("r2")
    node.send([{ id: "a" }])
    await second.hears("reports")
    expect(second.heard.map((said) => said.type)).toEqual(["hello", "reports"])
  })
})

describe("A cloud node that is commanded", () => {
  const time = 1_780_000_000_000
  const command = (id: string, expires: number) => ({
    type: "command",
    id,
    expires,
    deviceId: "door",
    command: "open",
  })

  it("does what it is told, and says so or why not", async () => {
    const done: object[] = []
    open({
      onCommand: async (given) => {
        done.push(given)
        return done.length === 1 ? undefined : { code: "not_possible", message: "It is stuck." }
      },
    })
    const link = await server.link()
    await link.welcome({ time })
    link.say(command("one", time + 60_000))
    expect(await link.hears("commandDone")).toEqual({ type: "commandDone", id: "one" })
    link.say(command("two", time + 60_000))
    expect(await link.hears("commandRefused")).toEqual({
      type: "commandRefused",
      id: "two",
      code: "not_possible",
      message: "It is stuck.",
    })
    expect(done).toEqual([
      { deviceId: "door", command: "open" },
      { deviceId: "door", command: "open" },
    ])
  })

  it("does nothing twice, also on another link, and nothing that is late by the server's clock", async () => {
    let done = 0
    open({ onCommand: async () => void (done += 1) })
    const first = await server.link()
    await first.welcome({ time })
    first.say(command("one", time + 60_000))
    await first.hears("commandDone")
    first.say(command("one", time + 60_000))
    expect(await first.hears("commandRefused")).toMatchObject({ id: "one", code: "repeated" })
    first.cut()
    const second = await server.link(2)
    await second.welcome({ time })
    second.say(command("one", time + 60_000))
    expect(await second.hears("commandRefused")).toMatchObject({ id: "one", code: "repeated" })
    second.say(command("two", time - 1))
    expect(await second.hears("commandRefused", 2)).toMatchObject({ id: "two", code: "late" })
    expect(done).toBe(1)
  })

  it("knows at any moment whether it is too late by then", async () => {
    let steady = 0
    let tell: (late: boolean[]) => void = () => undefined
    const told = new Promise<boolean[]>((resolve) => (tell = resolve))
    open({
      steady: () => steady,
      onCommand: async (_, isLate) => {
        const before = isLate()
        steady += 5_001
        tell([before, isLate()])
        return { code: "late" }
      },
    })
    const link = await server.link()
    await link.welcome({ time })
    link.say(command("one", time + 5_000))
    expect(await told).toEqual([false, true])
  })

  it("refuses where it obeys nobody", async () => {
    open()
    const link = await server.link()
    await link.welcome({ time })
    link.say(command("one", time + 60_000))
    expect(await link.hears("commandRefused")).toMatchObject({ code: "not_possible" })
  })
})
