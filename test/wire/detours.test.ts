/** Detours by which a token might do or learn more than it may: what is named alike, what is said, what takes long. PROTOCOL §24. */
import { once } from "node:events"
import { request, type IncomingMessage } from "node:http"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { command, heeds, servedVersions } from "../support/commanding.js"
import { askToken, type Limits } from "../support/granted.js"
import { cloudNode, openHouse, requestIdToken, someone, systemId, type House } from "../support/house.js"
import { operate } from "../support/operator.js"
import { openRawNode, registerPanel } from "../support/raw-node.js"
import { askRest, opened, shed, shedDoor, withShed } from "../support/shed.js"

const controller = {
  id: "0d7e7b4e-6f0c-4c0f-8f0e-3d1f6a2b9c11",
  cloudNodeId: cloudNode.id,
  externalId: "controller",
  name: "Controller",
  type: "mercury",
  created: cloudNode.created,
}
const badge = { id: "0d7e7b4e-6f0c-4c0f-8f0e-3d1f6a2b9c05", externalId: "badge.ann.lee" }
const ann = {
  ...someone,
  id: "0d7e7b4e-6f0c-4c0f-8f0e-3d1f6a2b9c04",
  externalId: "ann.lee",
  credentials: [{ ...badge, facilityCode: "7", cardNumber: "99" }],
}
const more = withShed(
  { kind: "holder", system: systemId, value: ann },
  { kind: "connection", system: systemId, value: controller },
)

let house: House
let whole: string
beforeAll(async () => {
  house = await openHouse({ more })
})
beforeEach(async () => {
  whole = await house.token()
})
afterAll(() => house.close())

const limited = async (limits: Limits): Promise<string> => (await askToken(house, limits)).token
const ask = (method: string, path: string, token: string, body?: object) =>
  askRest(house, method, path, token, body)

/** What is said where a word finds nothing, without the word. */
async function say(word: string, ...asked: Parameters<typeof ask>): Promise<string> {
  const { status, body } = await ask(...asked)
  expect(status).toBeGreaterThanOrEqual(400)
  return JSON.stringify(body).replaceAll(word, "…")
}

const idOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { jti: string }).jti

describe("Whoever has a token that is limited to cloud nodes", () => {
  it("reports for none that has the id which its own is named by", async () => {
    const token = await limited({ cloudNodes: [shed.id] })
    await ask("PATCH", `/cloud-nodes/${shed.id}`, token, { externalId: cloudNode.id })
    const reported = await ask("POST", `/cloud-nodes/${cloudNode.id}/reports`, token, opened())
    expect(reported.body).toMatchObject({ accepted: [], refused: [{ code: "device_unknown" }] })
    await ask("PATCH", `/cloud-nodes/${shed.id}`, token, { externalId: shed.externalId })
  })

  it("is told the same of a controller that it may not see as of one that is not there", async () => {
    const token = await limited({ cloudNodes: [shed.id] })
    const door = `/cloud-nodes/${shed.id}/devices/${shedDoor.id}`
    const sayOf = (connection: string) => say(connection, "PATCH", door, token, { connection })
    const absent = await sayOf("nothing")
    expect([await sayOf(controller.id), await sayOf(controller.externalId)]).toEqual([absent, absent])
  })
})

describe("Whoever has a redacted token", () => {
  it("is told the same of a name that somebody or their card has as of one that nobody has", async () => {
    const token = await limited({ redacted: true })
    const cards = `/holders/${ann.id}/credentials`
    const sayOf = (path: string, word: string) => say(word, "GET", path + word, token)
    for (const [path, name] of [
      [`${cards}/`, badge.externalId],
      ["/holders/", ann.externalId],
      ["/events?topics=*&holder=", ann.externalId],
    ] as const)
      expect(await sayOf(path, name)).toBe(await sayOf(path, "nobody"))
    expect((await ask("GET", `${cards}/${badge.id}`, token)).status).toBe(200)
  })
})

describe("Whoever commands with a redacted token", () => {
  it("is told that a cloud node refuses, and nothing in its own words", async () => {
    const node = await openRawNode(house.url)
    await node.enter(cloudNode.serialNumber, await registerPanel(house), servedVersions)
    heeds(node, ({ id }) =>
      node.send({ type: "commandRefused", id, code: "not_possible", message: "Ann Lee is not let in." }),
    )
    const read = { holderId: ann.id }
    const [plain, redacted] = [
      await command(house, whole, "virtual-read", read),
      await command(house, await limited({ redacted: true }), "virtual-read", read),
    ]
    node.socket.terminate()
    node.socket.terminate()
    expect([plain.code, redacted.code]).toEqual(["command_refused", "command_refused"])
    expect(plain.message).toContain("not_possible: Ann Lee is not let in.")
    expect(redacted.message).not.toContain("Ann Lee")
  })
})

/** Sends a body of which the end comes when something else has happened. */
async function sendLate(
  method: string,
  path: string,
  token: string,
  body: object,
  first: () => Promise<unknown>,
) {
  const headers = { Authorization: `Bearer ${token}`, Expect: "100-continue" }
  const sending = request(house.url + path, { method, headers })
  const continued = once(sending, "continue")
  const answered = once(sending, "response") as Promise<[IncomingMessage]>
  sending.flushHeaders()
  await continued
  sending.write(" ")
  await first()
  sending.end(JSON.stringify(body))
  const [response] = await answered
  return JSON.parse(await text(response)) as unknown
}

describe("A token that is revoked while a body is on its way", () => {
  const revoke = (token: string) => () => operate(house, "DELETE", `/tokens/${idOf(token)}`)

  it.each([
    ["POST", `/cloud-nodes/${cloudNode.id}/reports`, opened()],
    ["POST", "/groups", { name: "Late" }],
    ["PATCH", `/holders/${ann.id}`, { firstName: "Late" }],
    ["POST", `/cloud-nodes/${shed.id}/panel`, {}],
    ["POST", `/cloud-nodes/${shed.id}/devices/${shedDoor.id}/open`, {}],
  ])("does nothing any more: %s %s", async (method, path, body) => {
    const answer = await sendLate(method, `/${systemId}${path}`, whole, body, revoke(whole))
    expect(answer).toMatchObject({ code: "token_revoked" })
  })

  it("is not traded for another any more", async () => {
    const { id_token } = await requestIdToken(house.url)
    const path = `/api/systems/${systemId}/token`
    const answer = await sendLate("POST", path, id_token, {}, revoke(id_token))
    expect(answer).toMatchObject({ code: "token_revoked" })
  })
})

describe("An id token that is revoked", () => {
  it("is traded for no system token any more", async () => {
    const { id_token } = await requestIdToken(house.url)
    await operate(house, "DELETE", `/tokens/${idOf(id_token)}`)
    const answer = await house.post(`/api/systems/${systemId}/token`, "", id_token)
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: "token_revoked" }])
  })
})
