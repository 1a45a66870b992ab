/** What an operator sees and does of a running server: connections, listeners, API clients and systems. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import {
  allowed,
  clientId,
  cloudNode,
  openHouse,
  otherDoorReport,
  otherSystemId,
  requestToken,
  systemId,
  type House,
} from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { makeClient, operate } from "../support/operator.js"

let house: House
beforeEach(async () => {
  house = await openHouse()
})
afterEach(() => house.close())

const command = (...args: string[]) => doorstream(args, { DOORSTREAM_DATA: house.dataFolder }).ended
const disconnected = ({ socket }: Listening): Promise<void> =>
  new Promise((resolve) => socket.on("disconnect", () => resolve()))
const topics = ["device.request.allowed"]
const idIn = (token: string): string =>
  (JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { jti: string }).jti

describe("Whoever is connected", () => {
  it("is shown with address, API client and system, and nothing that could be used in its place", async () => {
    const listener = await listen(house.url, await house.token(), topics)
    await house.report(allowed())
    await listener.heard.atLeast(1)
    const { body } = await operate<object[]>(house, "GET", "/connections")
    expect(body).toEqual([
      {
        number: 1,
        address: "127.0.0.1",
        client: clientId,
        system: systemId,
        protocol: 4,
        transport: "websocket",
        since: expect.stringMatching(/^\d{4}-.*Z$/),
        sent: 1,
      },
    ])
    expect(JSON.stringify(body)).not.toContain(listener.socket.id)
    const { out } = await command("connections", "--client", clientId)
    expect(out).toMatch(/^NO +ADDRESS +CLIENT +SYSTEM +EIO +TRANSPORT +SINCE +SENT\n1 +127\.0\.0\.1 +tester/)
    expect((await command("connections", "--client", "nobody")).out).toBe("")
    listener.close()
  })

  it("is shown with where it reads, and what it is owed", async () => {
    const listener = await listen(house.url, await house.token(), topics)
    const standing = async () => (await operate<object[]>(house, "GET", "/listeners")).body[0]
    const from = { connection: 1, client: clientId, system: systemId, topics: 1 }
    expect(await standing()).toMatchObject({ ...from, at: "tail", position: 0, behind: 0, owed: null })
    house.advance(301_000)
    await house.report([allowed(), allowed()])
    const { out } = await command("listeners", "--json")
    expect(JSON.parse(out)).toMatchObject({ ...from, at: "waiting", position: 0, behind: 4, owed: 1 })
    listener.close()
  })

  it("is listed in pages, and a page that is none is refused", async () => {
    const listeners = []
    for (let n = 0; n < 3; n++) listeners.push(await listen(house.url, await house.token(), topics))
    const numbers = async (query: string) =>
      (await operate<{ number: number }[]>(house, "GET", `/connections?${query}`)).body.map(
        ({ number }) => number,
      )
    expect(await numbers("per_page=2")).toEqual([1, 2])
    expect(await numbers("per_page=2&page=1")).toEqual([3])
    for (const query of ["per_page=0", "per_page=1001", "page=-1", "page=x"])
      expect(await operate(house, "GET", `/connections?${query}`)).toMatchObject({
        status: 400,
        body: { code: "request_invalid" },
      })
    for (const listener of listeners) listener.close()
  })

  it("cannot be told where no server runs", async () => {
    await house.server().close()
    for (const path of ["/connections", "/listeners", "/links"])
      expect(await operate(house, "GET", path)).toMatchObject({
        status: 409,
        body: { code: "server_needed" },
      })
    expect((await command("connections")).err).toContain("server_needed")
  })
})

describe("A system token", () => {
  it("is revoked by the command, by itself or by its id, and whoever listens with it is told and ended", async () => {
    const [token, second] = [await house.token(), await house.token()]
    const listener = await listen(house.url, token, topics)
    const gone = disconnected(listener)
    const id = idIn(token)
    expect(await command("token", "revoke", token)).toMatchObject({ code: 0, out: `${id}\n` })
    await gone
    expect(listener.heard.all).toMatchObject([
      { topic: "stream.refused", event: { topic: null, code: "token_revoked" } },
    ])
    expect(await command("token", "revoke", idIn(second))).toMatchObject({ code: 0 })
    const headers = { Authorization: `Bearer ${second}` }
    expect((await fetch(`${house.url}/${systemId}/holders`, { headers })).status).toBe(401)
    listener.close()
  })

  it("that is none is not said to be revoked", async () => {
    for (const word of ["garbage", idIn(await house.token()).slice(1), "a.b.c"]) {
      const { code, out, err } = await command("token", "revoke", word)
      expect([word, code, out]).toEqual([word, 1, ""])
      expect(err).toMatch(/jti/)
    }
  })
})

describe("An API client", () => {
  it("that is revoked gets no token, and hears nothing more on the connection that it has", async () => {
    const wall = await makeClient(house, [systemId], "listen")
    const token = await requestToken(house.url, systemId, wall.id, wall.secret)
    const listener = await listen(house.url, token, topics)
    const other = await listen(house.url, await house.token(), topics)
    const gone = disconnected(listener)
    expect(await command("client", "revoke", wall.id)).toMatchObject({ code: 0, out: `${wall.id}\n` })
    await gone
    await house.report(allowed())
    await other.heard.atLeast(1)
    expect(listener.heard.all).toMatchObject([
      { topic: "stream.refused", event: { topic: null, code: "client_revoked" } },
    ])
    const answer = await fetch(`${house.url}/${systemId}/holders`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code: "client_revoked" }),
    ])
    expect(await operate(house, "DELETE", `/clients/${wall.id}`)).toMatchObject({
      status: 404,
      body: { code: "client_unknown" },
    })
    listener.close()
    other.close()
  })

  it("ends the command that listens with it, in words", async () => {
    const wall = await makeClient(house, [systemId], "listen")
    const listening = doorstream(["listen"], {
      DOORSTREAM_URL: house.url,
      DOORSTREAM_CLIENT: wall.id,
      DOORSTREAM_SECRET: wall.secret,
      DOORSTREAM_SYSTEM: systemId,
    })
    await listening.prints(/listening at/, "err")
    await operate(house, "DELETE", `/clients/${wall.id}`)
    const { code, err } = await listening.ended
    expect([code, err]).toEqual([1, expect.stringContaining("invalid_client")])
  })

  it("is changed in what is named alone, and is ended where it may listen no more", async () => {
    const wall = await makeClient(house, [systemId], "listen", "report")
    const listener = await listen(
      house.url,
      await requestToken(house.url, systemId, wall.id, wall.secret),
      topics,
    )
    const shown = { id: wall.id, name: "Renamed", systems: [systemId], scopes: ["listen", "report"] }
    const renamed = await operate(house, "PATCH", `/clients/${wall.id}`, { name: "Renamed" })
    expect(renamed.body).toMatchObject(shown)
    expect(JSON.stringify(renamed.body)).not.toContain("secret")
    const gone = disconnected(listener)
    const { out } = await command("client", "change", wall.id, "--scope", "report")
    expect(out).toBe(`Renamed  report  ${systemId}\n`)
    await gone
    listener.close()
  })

  it.each([
    [{ scopes: [] }, "request_invalid"],
    [{ scopes: ["all"] }, "request_invalid"],
    [{ systems: [] }, "request_invalid"],
    [{ systems: ["elsewhere"] }, "system_unknown"],
    [{ name: "x".repeat(201) }, "request_invalid"],
    [{ name: "Two\nlines" }, "request_invalid"],
  ])("is not changed to %j", async (wish, code) => {
    const wall = await makeClient(house, [systemId], "listen")
    const before = await operate(house, "GET", `/clients/${wall.id}`)
    expect((await operate(house, "PATCH", `/clients/${wall.id}`, wish)).body).toMatchObject({ code })
    expect(await operate(house, "GET", `/clients/${wall.id}`)).toEqual(before)
  })
})

describe("A system", () => {
  it("is named anew", async () => {
    expect(await command("system", "rename", systemId, "--name", "Tower")).toMatchObject({ out: "Tower\n" })
    expect((await operate(house, "GET", `/systems/${systemId}`)).body).toMatchObject({
      name: "Tower",
      has: { cloudNodes: 1, devices: 4, holders: 10 },
      deadLetters: 0,
    })
    expect((await operate(house, "PATCH", "/systems/none", { name: "Tower" })).body["code"]).toBe(
      "system_unknown",
    )
  })

  it("is deleted only by whoever says its name", async () => {
    for (const name of ["", "other", "Other%20"])
      expect(await operate(house, "DELETE", `/systems/${otherSystemId}?name=${name}`)).toMatchObject({
        status: 409,
        body: { code: "not_confirmed" },
      })
    expect((await command("system", "delete", otherSystemId, "--name", "Tower")).err).toContain(
      "not_confirmed",
    )
    await house.report(otherDoorReport("device.input.dps.opened"), otherSystemId)
  })

  it("is deleted with everything in it, for good, and the systems beside it stay", async () => {
    const token = await house.token(otherSystemId)
    const listener = await listen(house.url, token, topics, { system: otherSystemId })
    const both = await makeClient(house, [systemId, otherSystemId], "listen")
    await house.report(otherDoorReport("device.input.dps.opened"), otherSystemId)
    await house.report(allowed())
    const gone = disconnected(listener)
    const { out, err } = await command("system", "delete", otherSystemId, "--name", "Other")
    expect(out).toBe(`${otherSystemId}\n`)
    expect(err).toContain("1 cloudNodes")
    await gone

    const check = async () => {
      const answer = await fetch(`${house.url}/${otherSystemId}/cloud-nodes`, {
        headers: { Authorization: `Bearer ${token}` },
      })
      expect((await answer.json()) as object).toMatchObject({ code: "system_unknown" })
      expect((await operate(house, "GET", `/clients/${both.id}`)).body["systems"]).toEqual([systemId])
      const own = await fetch(`${house.url}/${systemId}/cloud-nodes`, {
        headers: { Authorization: `Bearer ${await house.token()}` },
      })
      expect(await own.json()).toMatchObject([{ id: cloudNode.id }])
    }
    await check()
    await house.restart()
    await check()
    await house.server().close()
    expect(await command("verify")).toMatchObject({ code: 0, err: expect.stringContaining("2 events") })
    listener.close()
  })
})
