/** What a real server refuses an integrator, and what the loop makes of it: an error with a code, or a gap; never silence. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { commands, getState, listen, report, type HeardGap, type ListenSettings } from "@doorstream/client"
import { requestToken } from "@doorstream/client/node"
import {
  allowed,
  clientId,
  clientSecret,
  cloudNode,
  doorReport,
  frontDoor,
  openHouse,
  otherDoorReport,
  otherSystemId,
  systemId,
  type House,
} from "../support/house.js"
import { makeClient, operate } from "../support/operator.js"

const opened = "device.input.dps.opened"

let house: House
beforeAll(async () => {
  house = await openHouse({ options: { drainWithin: 100 } })
  await house.report([doorReport(opened), allowed()])
  await house.report(otherDoorReport(opened), otherSystemId)
})
afterAll(() => house.close())

const settings = (more: Partial<ListenSettings> = {}): ListenSettings => ({
  url: house.url,
  systemId,
  token: () => house.token(),
  after: "earliest",
  reconnect: { least: 10, most: 20, attempts: 3 },
  ...more,
})

/** The first event, with the gaps before it. */
async function first(more: Partial<ListenSettings> = {}): Promise<{ cursor: string; gaps: HeardGap[] }> {
  const gaps: HeardGap[] = []
  const asked = { ...settings(more), onGap: (gap: HeardGap) => gaps.push(gap), onTrouble: () => undefined }
  for await (const { cursor } of listen({ ...asked, topics: [opened] })) return { cursor, gaps }
  throw new Error("The loop has ended.")
}

describe("A cursor", () => {
  it("of another system is a gap, and everything that is there is heard", async () => {
    const { cursor } = await first({ systemId: otherSystemId, token: () => house.token(otherSystemId) })
    const { gaps } = await first({ after: cursor })
    expect(gaps.map(({ body }) => body.reason)).toEqual(["epoch"])
  })

  it.each([
    ["forged", () => "1.%00.1", "cursor_malformed"],
    ["truncated", (cursor: string) => cursor.slice(0, cursor.lastIndexOf(".")), "cursor_malformed"],
    ["of the future", (cursor: string) => `${cursor}zz`, "cursor_ahead"],
  ])("that is %s ends the loop, from a store and from the program alike", async (_, change, code) => {
    const { cursor } = await first()
    const changed = change(cursor)
    await expect(first({ after: changed })).rejects.toMatchObject({ code })
    const store = { load: () => changed, save: () => undefined }
    await expect(first({ store })).rejects.toMatchObject({ code })
  })
})

describe("A loop", () => {
  it("ends in words where its filter names what never was, or its token may not listen", async () => {
    await expect(first({ filter: { devices: ["no-such-door"] } })).rejects.toMatchObject({
      name: "DoorstreamError",
      code: "filter_unknown",
      status: 422,
    })
    const { id, secret } = await makeClient(house, [systemId], "report")
    const asked = { url: house.url, systemId, clientId: id, clientSecret: secret }
    await expect(first({ token: () => requestToken(asked) })).rejects.toMatchObject({ code: "scope_missing" })
    await expect(first({ token: "nonsense" })).rejects.toMatchObject({ code: "token_malformed", status: 401 })
    await expect(first({ url: `${house.url}/elsewhere` })).rejects.toMatchObject({ status: 404 })
  })

  it("ends in words when its API client is revoked meanwhile", async () => {
    const { id, secret } = await makeClient(house, [systemId], "listen")
    const asked = { url: house.url, systemId, clientId: id, clientSecret: secret }
    const token = (): Promise<string> => requestToken(asked)
    const run = async (): Promise<void> => {
      for await (const { cursor } of listen({
        ...settings({ token, onTrouble: () => undefined }),
        topics: [opened],
      }))
        if (cursor !== "") await operate(house, "DELETE", `/clients/${id}`)
    }
    // Its open stream is ended, its token is refused, and then so is its secret.
    await expect(run()).rejects.toMatchObject({ status: 401, code: /^(client_revoked|invalid_client)$/ })
  })

  it("ends where nobody is there for as often as was allowed", async () => {
    const away = await openHouse()
    const { url } = away
    await away.close()
    await expect(first({ url })).rejects.toMatchObject({ code: "unreachable" })
  })
})

describe("A token", () => {
  it("is refused in the server's words, or in OAuth's", async () => {
    const asked = { url: house.url, systemId, clientId, clientSecret }
    expect((await requestToken(asked)).split(".").length).toBe(3)
    await expect(requestToken({ ...asked, clientSecret: "wrong: é%" })).rejects.toMatchObject({
      code: "invalid_client",
      status: 401,
    })
    await expect(requestToken({ ...asked, systemId: "nowhere" })).rejects.toMatchObject({
      code: "system_not_allowed",
    })
  })
})

describe("The other calls", () => {
  it("answer the state, take reports, and say why a command was not done", async () => {
    const calling = { url: house.url, systemId, token: () => house.token() }
    const { doors, cursor } = await getState(calling)
    expect(doors.find(({ id }) => id === frontDoor.id)!.dps).toBe("open")
    const reports = [doorReport("device.input.dps.closed")] as never
    const { accepted } = await report({ ...calling, cloudNodeId: cloudNode.id }, reports)
    expect(accepted.length).toBe(1)
    for await (const { topic } of listen({ ...settings({ after: cursor }), topics: ["*"] })) {
      expect(topic).toBe("device.input.dps.closed")
      break
    }
    const door = { cloudNodeId: cloudNode.id, deviceId: frontDoor.id }
    await expect(commands(calling).open(door)).rejects.toMatchObject({ code: "cloud_node_away", status: 503 })
  })
})
