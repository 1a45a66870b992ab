/** A cloud node is told what it must know, over its link, and listeners are told how far it is. PROTOCOL §18. */
import { afterEach, describe, expect, it } from "vitest"
import {
  cloudNode,
  frontDoor,
  openHouse,
  otherDoor,
  someone,
  systemId,
  type House,
} from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { openRawNode, registerPanel, type RawNode } from "../support/raw-node.js"
import { openServed, rest, sync, takeSync } from "../support/syncing.js"

const ids = (objects: readonly object[]): string[] =>
  objects.map((each) =>
    "value" in each ? (each.value as { id: string }).id : (each as { removed: string }).removed,
  )

const door = `cloud-nodes/${cloudNode.id}/devices/${frontDoor.id}`

let house: House
let listening: Listening
const nodes: RawNode[] = []
afterEach(async () => {
  nodes.splice(0).forEach(({ socket }) => socket.terminate())
  listening.close()
  await house.close()
  expect(house.told.filter(({ level }) => level === "error")).toEqual([])
})

/** A house with a listener, and the key of a panel that is registered in it. */
async function open(syncQuiet = 20): Promise<string> {
  house = await openHouse({ options: { syncQuiet } })
  listening = await listen(house.url, await house.token(), ["sync.*", "endpoint.*"])
  for (const topic of ["sync.not_synced", "sync.synced", "endpoint.sync.finished.all"] as const)
    listening.socket.on(topic, (event: Record<string, unknown>) => listening.heard.add({ topic, event }))
  return registerPanel(house)
}

async function enter(key: string, revision?: string): Promise<RawNode> {
  const node = await openServed(house, key, revision)
  nodes.push(node)
  return node
}

/** Ends a link, and waits until the server knows. */
async function leave(node: RawNode): Promise<void> {
  node.socket.close()
  await node.closed
}

const wordOf = ({ topic, event }: { topic: string; event: Record<string, unknown> }): string =>
  topic === "sync.not_synced" ? (event["details"] as { dataFlowStatus: string }).dataFlowStatus : topic

/** What was told, as soon as it is so much. */
async function told(count: number): Promise<string[]> {
  return (await listening.heard.atLeast(count)).map(wordOf)
}

const statusOf = async (): Promise<object> =>
  (await rest(house, "GET", `cloud-nodes/${cloudNode.id}`)).json["syncStatus"] as object

describe("A cloud node that is registered", () => {
  it("is to be synced, is sent all that it must know, and is synced when its controllers are", async () => {
    const key = await open()
    expect(await told(1)).toEqual(["Pending"])
    expect(listening.heard.all[0]!.event).toEqual({
      systemId,
      panelSn: cloudNode.serialNumber,
      details: { dataFlowStatus: "Pending", timestamp: expect.any(Number) },
    })
    expect(await statusOf()).toMatchObject({ synced: false, details: { dataFlowStatus: "Pending" } })

    const node = await enter(key)
    const { revision, from, objects } = await takeSync(node)
    expect(from).toBeUndefined()
    expect(await told(2)).toEqual(["Pending", "Started"])
    expect(await statusOf()).toMatchObject({ synced: false, details: { dataFlowStatus: "Started" } })
    const kinds = ["cloudNode", "connection", "device", "holder", "group", "rule"]
    expect(kinds.map((kind) => objects.filter((each) => each.kind === kind).length)).toEqual([
      1, 2, 4, 10, 0, 0,
    ])

    const body = { connectionId: frontDoor.connectionId, address: "", type: "ao_rules" }
    const report = { id: "all", topic: "endpoint.sync.finished.all", occurred: 1, body }
    node.send({ type: "reports", reports: [report] })
    node.send({ type: "synced", revision })
    expect(await told(4)).toEqual(["Pending", "Started", "endpoint.sync.finished.all", "sync.synced"])
    expect(await statusOf()).toEqual({ synced: true, details: { timestamp: expect.any(Number) } })
  })

  it("is told of people what it takes to let them in, and neither names nor addresses", async () => {
    const key = await open()
    await rest(house, "PATCH", `holders/${someone.id}`, { pin: "4711" })
    const { objects } = await sync(await enter(key))
    const known = objects.find((each) => "value" in each && each.value.id === someone.id)
    expect(known).toEqual({
      kind: "holder",
      value: {
        id: someone.id,
        enabled: true,
        activeDate: null,
        expireDate: null,
        groups: [],
        credentials: someone.credentials,
        pinHash: expect.stringMatching(/^scrypt/),
      },
    })
    expect(JSON.stringify(objects)).not.toMatch(/4711|@/)
  })

  it("is sent a large building in frames of at most 64 KiB, whole, one after the other", async () => {
    const key = await open()
    const groups = Array.from({ length: 1500 }, (_, n) => ({ name: `Group ${n}` }))
    for (let n = 0; n < groups.length; n += 50)
      await Promise.all(groups.slice(n, n + 50).map((each) => rest(house, "POST", "groups", each)))
    const node = await enter(key)
    const first = await node.hears("sync")
    expect(first).toMatchObject({ part: 0, isLast: false })
    const { objects, sizes } = await sync(node)
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536)
    expect(objects.filter(({ kind }) => kind === "group")).toHaveLength(1500)
    expect(new Set(ids(objects)).size).toBe(objects.length)
  })
})

describe("A cloud node that is synced", () => {
  const openSynced = async (syncQuiet?: number) => {
    const key = await open(syncQuiet)
    const node = await enter(key)
    const { revision } = await sync(node)
    expect(await told(3)).toEqual(["Pending", "Started", "sync.synced"])
    return { key, node, revision }
  }

  it("is sent what changes in quick succession in one sync, and that alone", async () => {
    const { node, revision } = await openSynced(150)
    await rest(house, "PATCH", door, { dwell: 50 })
    const group = await rest(house, "POST", "groups", { name: "Guests" })
    await rest(house, "PATCH", door, { dwell: 60 })
    await rest(house, "DELETE", `holders/${someone.id}`)
    const { from, objects } = await sync(node, 1)
    expect(await told(6)).toEqual(["Pending", "Started", "sync.synced", "Pending", "Started", "sync.synced"])
    expect(from).toBe(revision)
    expect(objects).toContainEqual({ kind: "holder", removed: someone.id })
    expect(objects).toContainEqual({ kind: "group", value: { id: group.json["id"] } })
    const { cloudNodeId: _, created: __, ...known } = frontDoor
    expect(objects).toContainEqual({ kind: "device", value: { ...known, dwell: 60 } })
    expect(objects).toHaveLength(3)
  })

  it("is told to be not synced in the same write as the change, and again where that comes during a sync", async () => {
    const { node } = await openSynced()
    await rest(house, "PATCH", door, { dwell: 50 })
    const first = await takeSync(node, 1)
    await rest(house, "PATCH", door, { dwell: 60 })
    expect((await told(6)).slice(3)).toEqual(["Pending", "Started", "Pending"])
    node.send({ type: "synced", revision: first.revision })
    const second = await sync(node, 2)
    expect(second.from).toBe(first.revision)
    expect((await told(8)).slice(6)).toEqual(["Started", "sync.synced"])
  })

  it("is not troubled by what it need not know: names of people, other cloud nodes' doors, descriptions", async () => {
    await openSynced()
    const node = { name: "Annex", serialNumber: "7", timezone: "UTC" }
    const second = await rest(house, "POST", "cloud-nodes", node)
    const beside = `cloud-nodes/${String(second.json["id"])}/connections`
    const changes: readonly (readonly [method: string, path: string, body: object])[] = [
      ["PATCH", `holders/${someone.id}`, { firstName: "Another", email: "a@example.org" }],
      ["PATCH", `cloud-nodes/${cloudNode.id}`, { description: "Behind the stairs" }],
      ["POST", beside, { name: "C", type: "usb" }],
      ["PATCH", door, { externalId: "front" }],
    ]
    for (const [method, path, body] of changes) {
      expect((await rest(house, method, path, body)).status).toBeLessThan(300)
      expect([path, await statusOf()]).toEqual([path, expect.objectContaining({ synced: true })])
    }
    await rest(house, "PATCH", door, { dwell: 31 })
    expect((await told(5)).slice(3)).toEqual(["Pending", "Started"])
  })

  it("hears of a rule for its own doors alone, and that it is gone when none of its doors is left in it", async () => {
    const { node } = await openSynced()
    expect(otherDoor.cloudNodeId).not.toBe(cloudNode.id)
    const rule = {
      name: "Mornings",
      type: "access",
      holders: [someone.id],
      devices: [frontDoor.id],
      startTime: "08:00",
      stopTime: "12:00",
      recurring: ["Mon"],
    }
    const { json } = await rest(house, "POST", "rules", rule)
    const first = await sync(node, 1)
    expect(first.objects).toEqual([
      { kind: "rule", value: expect.objectContaining({ id: json["id"], devices: [frontDoor.id] }) },
    ])
    expect(JSON.stringify(first.objects)).not.toContain("Mornings")
    await rest(house, "PATCH", `rules/${String(json["id"])}`, { devices: [] })
    expect((await sync(node, 2)).objects).toEqual([{ kind: "rule", removed: json["id"] }])
  })

  it("that was away is synced when it is back, with what has changed since", async () => {
    const { key, node, revision } = await openSynced()
    await leave(node)
    await rest(house, "PATCH", door, { dwell: 50 })
    expect((await told(4)).at(-1)).toBe("Pending")
    const back = await enter(key, revision)
    const { from, objects } = await sync(back)
    expect([from, ids(objects)]).toEqual([revision, [frontDoor.id]])
    expect((await told(6)).slice(4)).toEqual(["Started", "sync.synced"])
  })

  it("that comes back with nothing new is sent nothing, and nobody is told anything", async () => {
    const { key, node, revision } = await openSynced()
    await leave(node)
    const back = await enter(key, revision)
    await rest(house, "PATCH", door, { dwell: 50 })
    expect((await takeSync(back)).from).toBe(revision)
    expect((await told(5)).slice(3)).toEqual(["Pending", "Started"])
  })

  it("is synced as before after a restart of the server, and is sent everything where changes are forgotten", async () => {
    const { key, revision } = await openSynced()
    await rest(house, "PATCH", door, { dwell: 50 })
    await told(5)
    await house.restart()
    const back = await enter(key, revision)
    const { from, objects, revision: next } = await sync(back)
    expect([from, objects.length]).toEqual([undefined, 17])
    await expect.poll(statusOf).toMatchObject({ synced: true })
    await house.restart()
    const again = await enter(key, next)
    await rest(house, "PATCH", door, { dwell: 30 })
    expect((await sync(again)).from).toBeUndefined()
  })

  it("that says that it knows something else, or nothing, is sent everything", async () => {
    const { key, node } = await openSynced()
    await leave(node)
    const { from, objects } = await sync(await enter(key, "a revision of another life"))
    expect([from, objects.length]).toEqual([undefined, 17])
    expect((await told(6)).slice(3)).toEqual(["Pending", "Started", "sync.synced"])
  })

  it("whose link is cut amid the parts begins anew, and that it has started is told once", async () => {
    const { key, node, revision } = await openSynced()
    await rest(house, "PATCH", door, { dwell: 50 })
    await node.hears("sync", 2)
    await leave(node)
    const back = await enter(key, revision)
    expect((await sync(back)).from).toBe(revision)
    expect((await told(6)).slice(3)).toEqual(["Pending", "Started", "sync.synced"])
  })

  it("whose link is cut when it had all of it, but its controllers had not, goes on from there", async () => {
    const { key, node } = await openSynced()
    await rest(house, "PATCH", door, { dwell: 50 })
    const taken = await takeSync(node, 1)
    await leave(node)
    const { from, objects } = await sync(await enter(key, taken.revision))
    expect([from, objects]).toEqual([taken.revision, []])
    expect((await told(6)).slice(3)).toEqual(["Pending", "Started", "sync.synced"])
  })
})

describe("A cloud node that does not sync as it should", () => {
  const ends = async (message: (revision: string) => object): Promise<void> => {
    const node = await enter(await open())
    const { revision } = await node.hears("sync")
    node.send(message(revision))
    expect(await node.closed).toEqual([4400, "sync_unexpected"])
    expect(await statusOf()).toMatchObject({ synced: false })
  }

  it("loses its link where it takes a part that it was not sent", () =>
    ends((revision) => ({ type: "partTaken", revision, part: 1 })))
  it("loses its link where it takes a revision that it was not sent", () =>
    ends(() => ({ type: "partTaken", revision: "another", part: 0 })))
  it("loses its link where it is synced before it has taken all", () =>
    ends((revision) => ({ type: "synced", revision })))

  it("is not synced at all where it speaks version 1, and stays so", async () => {
    const key = await open()
    const node = await openRawNode(house.url)
    nodes.push(node)
    await node.enter(cloudNode.serialNumber, key)
    const other = await enter(key)
    await sync(other)
    expect(await told(3)).toEqual(["Pending", "Started", "sync.synced"])
    expect(node.heard.all.map(({ type }) => type)).not.toContain("sync")
  })
})
