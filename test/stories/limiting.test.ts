/** API clients that are limited by the operator's command. docs/operator.md, PROTOCOL §24. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import { askToken } from "../support/granted.js"
import { cloudNode, openHouse, systemId, type House } from "../support/house.js"
import { operate } from "../support/operator.js"

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const command = (...args: string[]) => doorstream(args, { DOORSTREAM_DATA: house.dataFolder }).ended

const create = async (...args: string[]) => {
  const { out, code, err } = await command(
    "client",
    "create",
    "--name",
    "Guard",
    "--system",
    systemId,
    ...args,
  )
  const [, id = "", secret = ""] = /^id +(\S+)\nsecret +(\S+)$/m.exec(out) ?? []
  return { id, secret, code, err }
}

const shownOf = async (id: string) => {
  const { out } = await command("client", "list", "--json")
  const clients = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string })
  return clients.find((each) => each.id === id)
}

describe("An API client", () => {
  it("is limited by the command, shown with its limits, and freed of them", async () => {
    const limits = ["--topic", "device.alarm.*", "sync.synced", "--cloud-node", cloudNode.id, "--redacted"]
    const guard = await create(...limits)
    expect(await shownOf(guard.id)).toMatchObject({
      topics: ["device.alarm.*", "sync.synced"],
      cloudNodes: [cloudNode.id],
      redacted: true,
    })
    const { out } = await command("client", "list")
    expect(out).toMatch(/LIMITED TO/)
    expect(out).toContain(`device.alarm.*,sync.synced; cloud nodes ${cloudNode.id}; redacted`)
    expect(await askToken(house, { topics: ["*"] }, guard)).toMatchObject({
      status: 403,
      code: "grant_exceeded",
    })

    const changed = await command("client", "change", guard.id, "--topic", "*", "--no-redacted")
    expect(changed.out).toContain(`cloud nodes ${cloudNode.id}\n`)
    await command("client", "change", guard.id, "--cloud-node", "*", "--name", "Guards")
    const shown = await shownOf(guard.id)
    expect(Object.keys(shown ?? {})).toEqual(["id", "name", "systems", "scopes", "created"])
    expect((await askToken(house, { topics: ["*"] }, guard)).status).toBe(200)
  })

  it("keeps its limits when something else of it is changed, though a cloud node of them is gone", async () => {
    const token = await house.token()
    const wish = '{"name":"Annex","serialNumber":"A-1","externalId":"the annex, north"}'
    const made = await house.post(`/${systemId}/cloud-nodes`, wish, token)
    const { id: annex } = (await made.json()) as { id: string }
    const guard = await create("--cloud-node", "the annex, north", "--redacted")
    const headers = { Authorization: `Bearer ${token}` }
    await fetch(`${house.url}/${systemId}/cloud-nodes/${annex}`, { method: "DELETE", headers })
    expect((await command("client", "change", guard.id, "--name", "Guards")).code).toBe(0)
    expect(await shownOf(guard.id)).toMatchObject({ name: "Guards", cloudNodes: [annex], redacted: true })
  })

  it.each([
    ["a topic that is none", ["--topic", "device.alarm"]],
    ["a cloud node that is none", ["--cloud-node", "nowhere"]],
    ["a part of a system, and may operate", ["--topic", "sync.*", "--scope", "operate"]],
  ])("is refused %s", async (_, args) => {
    const { code, err } = await create(...args)
    expect([code, err]).toEqual([1, expect.stringContaining("grant_invalid") as string])
  })

  it("is refused a limit that is none, by what is wrong with it", async () => {
    for (const wrong of [{ topics: "sync.*" }, { topics: [] }, { cloudNodes: [7] }, { redacted: "yes" }]) {
      const wish = { name: "Guard", systems: [systemId], ...wrong }
      const { status, body } = await operate(house, "POST", "/clients", wish)
      expect([status, body]).toMatchObject([422, { code: "grant_invalid" }])
      expect(body["message"]).toContain(Object.keys(wrong)[0])
    }
  })

  it("tells the audit what it is limited to", async () => {
    const guard = await create("--topic", "sync.*", "--redacted")
    const { body } = await operate<{ records: { deeds: object[] }[] }>(house, "GET", "/audit?most=1")
    expect(body.records[0]!.deeds).toMatchObject([
      { what: "client.created", id: guard.id, now: { topics: ["sync.*"], redacted: true } },
    ])
  })
})
