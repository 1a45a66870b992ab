/** What an operator sees and does of listeners with a name, whether they are connected or away. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import { allowed, clientId, openHouse, systemId, type House } from "../support/house.js"
import { connectNamed, cut, keptNames, subscribeNamed } from "../support/named.js"
import { operate } from "../support/operator.js"

const topics = ["device.request.allowed"]

let house: House
let token: string
beforeEach(async () => {
  house = await openHouse({ options: { drainWithin: 300 } })
  token = await house.token()
})
afterEach(() => house.close())

const command = (...args: string[]) => doorstream(args, { DOORSTREAM_DATA: house.dataFolder }).ended
const whose = ["--system", systemId, "--client", clientId]

/** Resolves once the listener is shown as away. */
async function away(): Promise<void> {
  while ((await keptNames(house)).some(({ connected }) => connected));
}

describe("A named listener", () => {
  it("is shown with where it has heard, and whether it is there", async () => {
    await house.report(allowed())
    const raw = await connectNamed(house, token)
    await subscribeNamed(raw, topics)
    const [standing] = (await operate<object[]>(house, "GET", "/listeners")).body
    expect(standing).toMatchObject({ name: "wall-3", client: clientId })
    const shown = {
      system: systemId,
      client: clientId,
      name: "wall-3",
      topics: 1,
      position: 2,
      connected: true,
      required: null,
      silent: null,
    }
    expect(await keptNames(house)).toEqual([{ ...shown, seen: expect.stringMatching(/^\d{4}-.*Z$/) }])
    await cut(raw)
    await away()
    const { out } = await command("listener", "list", ...whose)
    expect(out).toMatch(
      /^NAME +CLIENT +SYSTEM +TOPICS +HEARD UP TO +SEEN +MUST HEAR\nwall-3 +tester +\S+ +1 +2 +\d{4}-/,
    )
    expect((await command("listener", "list", "--client", "nobody")).out).toBe("")
  })

  it("is not forgotten while it is connected; once it is, it hears what is new when it comes again", async () => {
    const raw = await connectNamed(house, token)
    await subscribeNamed(raw, topics)
    const refused = await command("listener", "forget", "wall-3", ...whose)
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("listener_connected")])
    await cut(raw)
    await away()
    await house.report(allowed())
    expect((await command("listener", "forget", "wall-3", ...whose)).code).toBe(0)
    expect(await keptNames(house)).toEqual([])

    const again = await connectNamed(house, token)
    await subscribeNamed(again, topics)
    await house.report(allowed())
    await again.heard(1)
    await again.settled()
    expect(again.ids()).toHaveLength(1)
    again.close()
    const { body } = await operate<object[]>(house, "GET", "/audit?what=listener.forgotten")
    expect(JSON.stringify(body)).toContain('"listener.forgotten","id":"wall-3"')
  })

  it("that is not there is refused by that", async () => {
    const { code, err } = await command("listener", "forget", "wall-4", ...whose)
    expect([code, err]).toEqual([1, expect.stringContaining("listener_unknown")])
    const path = `/systems/nowhere/named-listeners/${clientId}/wall-3`
    expect((await operate(house, "DELETE", path)).body).toMatchObject({ code: "system_unknown" })
  })

  it("is forgotten on a folder on which no server runs, too", async () => {
    const raw = await connectNamed(house, token)
    await subscribeNamed(raw, topics)
    await cut(raw)
    await house.server().close()
    expect((await command("listener", "list")).out).toContain("wall-3")
    expect((await command("listener", "forget", "wall-3", ...whose)).code).toBe(0)
    expect((await command("listener", "list")).out).toBe("")
  })

  it("that is there and hears nothing for months is not forgotten", async () => {
    const raw = await connectNamed(house, token, { version: 3 })
    await subscribeNamed(raw, topics)
    const ping = async (): Promise<void> => {
      raw.send("2")
      await raw.settled()
    }
    await ping()
    await ping()
    house.advance(31 * 86_400_000)
    await ping()
    await operate(house, "DELETE", `/systems/${(await makeSystem()).id}?name=Gone`)
    await house.server().close()
    await house.restart()
    expect((await keptNames(house)).map(({ name }) => name)).toEqual(["wall-3"])
  })

  it("that was away for thirty days is forgotten by itself", async () => {
    const raw = await connectNamed(house, token)
    await subscribeNamed(raw, topics)
    await cut(raw)
    await away()
    await house.server().close()
    house.advance(31 * 86_400_000)
    await house.restart()
    // Names are looked at when the log is, at the latest when a system is removed.
    await operate(house, "DELETE", `/systems/${(await makeSystem()).id}?name=Gone`)
    while ((await keptNames(house)).length > 0);
  })
})

const makeSystem = async (): Promise<{ id: string }> =>
  (await operate<{ id: string }>(house, "POST", "/systems", { name: "Gone" })).body
