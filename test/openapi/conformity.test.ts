/** The running server, held to the document that it serves: good and bad input on every path. PROTOCOL §17. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  allowed,
  clientId,
  clientSecret,
  cloudNode,
  frontDoor,
  openHouse,
  otherSystemId,
  someone,
  systemId,
  type House,
} from "../support/house.js"
import { done, heeds, servedVersions, type Command } from "../support/commanding.js"
import { openRawNode, registerPanel } from "../support/raw-node.js"
import { hold, openSchemas, routesIn, type Document, type Route } from "./asking.js"

let house: House
let document: Document
let routes: readonly Route[]
let tokens: Readonly<Record<"systemToken" | "clientToken" | "other" | "revoked", string>>
let check: (route: Route, response: Response) => Promise<unknown>

const basic = `Basic ${btoa(`${clientId}:${encodeURIComponent(clientSecret)}`)}`

async function requestIdToken(): Promise<string> {
  const init = {
    method: "POST",
    headers: { Authorization: basic },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  }
  const answer = (await (await fetch(`${house.url}/oauth2/token`, init)).json()) as { id_token: string }
  return answer.id_token
}

beforeAll(async () => {
  house = await openHouse({ limits: { callsPerSecondPerClient: 1e6 } })
  document = (await (await fetch(`${house.url}/openapi.json`)).json()) as Document
  routes = routesIn(document)
  const validatorOf = openSchemas(document)
  check = (route, response) => hold(validatorOf, route, response)
  const systemToken = await house.token()
  const [other, revoked] = [await house.token(otherSystemId), await house.token()]
  tokens = { systemToken, clientToken: await requestIdToken(), other, revoked }
})
afterAll(() => house.close())

const routeOf = (name: string): Route => routes.find(({ operation }) => operation.operationId === name)!

/** Words for what stands in a path. */
type Words = Readonly<Record<string, string>>
const words: Words = {
  systemId,
  cloudNodeId: cloudNode.id,
  deviceId: frontDoor.id,
  holderId: someone.id,
  id: "nobody",
}

const addressOf = (path: string, more: Words = {}): string =>
  house.url +
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent({ ...words, ...more }[name]!))

function bearerOf({ operation: { security, operationId } }: Route): Record<string, string> {
  // All others are to go on with theirs.
  if (operationId === "revokeSystemToken") return { Authorization: `Bearer ${tokens.revoked}` }
  const [first = {}] = security
  if ("clientSecret" in first) return { Authorization: basic }
  const token =
    "systemToken" in first ? tokens.systemToken : "clientToken" in first ? tokens.clientToken : undefined
  return token === undefined ? {} : { Authorization: `Bearer ${token}` }
}

interface Asked {
  readonly in?: Words
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: NonNullable<RequestInit["body"]>
}

const askRoute = (route: Route, asked: Asked = {}): Promise<Response> =>
  fetch(addressOf(route.path, asked.in) + (asked.query ?? ""), {
    method: route.method,
    headers: { ...bearerOf(route), ...asked.headers },
    ...(asked.body === undefined ? {} : { body: asked.body }),
  })

/** Asks by name; the answer has this status, and is as the document has it. */
async function ask(name: string, status: number, asked: Asked = {}): Promise<Record<string, unknown>> {
  const route = routeOf(name)
  const response = await askRoute(route, asked)
  expect(response.status, `${name}: ${await response.clone().text()}`).toBe(status)
  return (await check(route, response)) as Record<string, unknown>
}

const exampleOf = (schema: string): object =>
  (document.components.schemas[schema] as { examples: object[] }).examples[0]!

/** What may be wrong with a request, whatever it is for. */
const faults: Readonly<Record<string, () => Asked>> = {
  "nothing but words of nobody's": () => ({}),
  "no token": () => ({ headers: { Authorization: "" } }),
  "half a token": () => ({ headers: { Authorization: "Bearer half.a" } }),
  "a forged token": () => ({ headers: { Authorization: `Bearer ${tokens.systemToken.slice(0, -4)}AAAA` } }),
  "an id token": () => ({ headers: { Authorization: `Bearer ${tokens.clientToken}` } }),
  "a token of another system": () => ({ headers: { Authorization: `Bearer ${tokens.other}` } }),
  "a cloud node and a holder that are not there": () => ({ in: { cloudNodeId: "none", holderId: "none" } }),
  "a system that is not there": () => ({ in: { systemId: "none" } }),
  "strange words in the path": () => ({ in: { id: "%2F/..\u0000é", cloudNodeId: "%00/", holderId: "//" } }),
  "a bad page": () => ({ query: "?page=-1&per_page=0&erase=perhaps" }),
  "a version that never was": () => ({ headers: { "If-Match": '"never"', "If-None-Match": "*" } }),
  "a body that is no JSON": () => ({ body: "{" }),
  "a body that is an array": () => ({ body: '[{"nothing":1}]' }),
  "a body with a field too many": () => ({ body: '{"nothing":1}' }),
  "a body nested too deep": () => ({ body: "[".repeat(100) }),
  "a body that is too large": () => ({ body: "x".repeat(3_000_000) }),
  "an encoded body": () => ({ body: "{}", headers: { "Content-Encoding": "gzip" } }),
  "more reports than at once": () => ({ body: JSON.stringify(Array(1001).fill(1)) }),
}

describe("A request with", () => {
  it.each(Object.entries(faults))("%s is answered as the document has it, on every path", async (_, make) => {
    for (const route of routes) {
      const { body, ...asked } = make()
      const isRead = route.method === "GET"
      if (isRead && body !== undefined) continue
      await check(route, await askRoute(route, body === undefined ? asked : { ...asked, body }))
    }
  })
})

const nouns = ["CloudNode", "Connection", "Device", "Holder", "Credential", "Group", "Rule"]

/** What stands within the cloud node of the example. */
const isWithin = (noun: string): boolean => noun === "Connection" || noun === "Device"

describe("An object of the registry", () => {
  it.each(nouns)("is made, read, changed and removed as the document has it: %s", async (noun) => {
    const inside: Words = isWithin(noun) ? { cloudNodeId: "hq" } : {}
    const created = exampleOf(`${noun}Creation`)
    const body = JSON.stringify(created)
    const made = await ask(`create${noun}`, 201, { in: inside, body })
    const at = { in: { ...inside, id: String(made["id"]) } }
    await ask(`list${noun}s`, 200, { in: inside, query: "?per_page=1" })
    await ask(`read${noun}`, 200, at)
    await ask(`read${noun}`, 304, { ...at, headers: { "If-None-Match": "*" } })
    await ask(`change${noun}`, 412, { ...at, body: "{}", headers: { "If-Match": '"never"' } })
    const taken = JSON.stringify({ ...created, externalId: `${noun} anew` })
    await ask(`write${noun}`, 200, { ...at, body: taken })
    await ask(`create${noun}`, 409, { in: inside, body: taken })
    await ask(`change${noun}`, 422, { ...at, body: JSON.stringify({ externalId: 7 }) })
    await ask(`change${noun}`, 200, { ...at, body })
    if (noun !== "CloudNode" && noun !== "Connection") {
      await ask(`remove${noun}`, 204, at)
      await ask(`remove${noun}`, 404, at)
    }
  })

  it("may have a panel, and is removed with what stood within it, as the document has it", async () => {
    const node = { in: { cloudNodeId: "hq" } }
    await ask("readPanel", 404, node)
    await ask("registerPanel", 422, { ...node, body: '{"serialNumber": 7}' })
    await ask("registerPanel", 201, { ...node, body: '{"serialNumber": "1107JKZ"}' })
    await ask("registerPanel", 409, node)
    await ask("readPanel", 200, node)
    await ask("unregisterPanel", 204, node)
    await ask("registerPanel", 201, node)
    await ask("removeConnection", 204, { in: { cloudNodeId: "hq", id: "ground-floor" } })
    await ask("removeCloudNode", 204, { in: { id: "hq" } })
    const made = await ask("createHolder", 201, { body: JSON.stringify(exampleOf("HolderCreation")) })
    await ask("removeHolder", 204, { in: { id: String(made["id"]) }, query: "?erase=true" })
  })
})

const commands = [
  "tryOpenDevice",
  "openDevice",
  "closeDevice",
  "toggleDevice",
  "doNotDisturbDevice",
  "clearAlarmOfDevice",
  "virtualReadAtDevice",
]

describe("A device", () => {
  it.each(commands)("is commanded as the document has it: %s", async (name) => {
    const good = name === "virtualReadAtDevice" ? { body: JSON.stringify({ holderId: someone.id }) } : {}
    await ask(name, 503, good)
    const node = await openRawNode(house.url)
    await node.enter(cloudNode.serialNumber, await registerPanel(house), servedVersions)
    const answers = [
      (told: Command) => node.send(done(told)),
      ({ id }: Command) => node.send({ type: "commandRefused", id, code: "repeated" }),
      () => node.socket.terminate(),
    ]
    heeds(node, (told) => answers.shift()!(told))
    await ask(name, 422, { body: '{"dwell":0,"holderId":""}' })
    await ask(name, 404, { ...good, in: { deviceId: "none" } })
    for (const status of [204, 409, 504]) await ask(name, status, good)
    await ask("unregisterPanel", 204)
  })
})

describe("Whatever else there is", () => {
  it("answers as the document has it", async () => {
    const form = new URLSearchParams({ grant_type: "client_credentials" })
    await ask("requestClientTokens", 200, { body: form })
    await ask("requestClientTokens", 400, { body: new URLSearchParams({ grant_type: "password" }) })
    await ask("requestClientTokens", 401, { headers: { Authorization: "Basic bm8=" }, body: form })
    await ask("requestSystemToken", 200, { body: "{}" })
    await ask("revokeSystemToken", 204, { headers: { Authorization: `Bearer ${await house.token()}` } })
    await ask("listSystems", 200)
    await ask("readSystem", 200)
    await ask("readSystem", 304, { headers: { "If-None-Match": "*" } })
    await ask("report", 200, { body: JSON.stringify([allowed(), { id: "no", topic: "no" }, 7]) })
    await ask("report", 400, { body: "7" })
    for (const name of [
      "health",
      "readiness",
      "home",
      "discover",
      "readPublicKeys",
      "readDocument",
      "readPage",
    ])
      await ask(name, 200)
  })

  it("is answered with what may be asked where the method is another", async () => {
    for (const path of Object.keys(document.paths)) {
      const { status, headers } = await fetch(addressOf(path), { method: "QUERY" })
      const methods = Object.keys(document.paths[path]!).map((method) => method.toUpperCase())
      expect(status, path).toBe(405)
      expect(
        headers
          .get("allow")
          ?.split(", ")
          .filter((method) => method !== "HEAD"),
        path,
      ).toEqual(methods)
    }
  })
})
