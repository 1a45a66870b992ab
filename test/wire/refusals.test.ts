/** Every refusal there is, raised by a request, so that none is listed that nobody can meet. PROTOCOL, "Refusals". */
import { once } from "node:events"
import { request } from "node:http"
import { refusals, type RefusalCode } from "@doorstream/contract"
import { generateKeyPair, SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openIssuer, type Issuer } from "../../packages/server/src/tokens/issue.js"
import { openKeys } from "../../packages/server/src/tokens/keys.js"
import { ask } from "../support/ask.js"
import { askToken, makeLimited, type Limits } from "../support/granted.js"
import {
  allowed,
  clientId,
  cloudNode,
  doorReport,
  frontDoor,
  openHouse,
  otherSystemId,
  someone,
  systemId,
  type House,
  type Outcome,
} from "../support/house.js"
import { listenRaw } from "../support/listeners.js"
import type { MadeClient } from "../support/operator.js"

const reportsPath = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`

let house: House
/** Its disk is smaller than what is to be left free on it. */
let full: House
let token: string
beforeAll(async () => {
  house = await openHouse()
  full = await openHouse({ diskReserve: 1e18 })
  token = await house.token()
})
afterAll(() => Promise.all([house.close(), full.close()]))

/** A refusal as somebody met it; the status where it came over HTTP. */
interface Met {
  readonly code: string
  readonly message: string
  readonly status?: number
}

const metIn = async (response: Response): Promise<Met> => ({
  status: response.status,
  ...((await response.json()) as { code: string; message: string }),
})

const get = async (path: string, its = token): Promise<Met> =>
  metIn(await fetch(house.url + path, { headers: { Authorization: `Bearer ${its}` } }))
const post = async (body: unknown, path = reportsPath): Promise<Met> =>
  metIn(await house.post(path, JSON.stringify(body), token))

/** What becomes of one report in a batch. */
async function report(changes: object): Promise<Met> {
  const answer = await house.post(reportsPath, JSON.stringify([{ ...allowed(), ...changes }]), token)
  return ((await answer.json()) as Outcome).refused[0]!
}

/** The last answer to a listener that subscribes once or more. */
async function answerTo(...asked: readonly unknown[]): Promise<{ refused: Met[]; cursor: string }> {
  const raw = await listenRaw(house.url, `token=${token}`)
  for (const [n, each] of asked.entries()) raw.send(`42${n}${JSON.stringify(["subscribeIsolated", each])}`)
  const isLast = (frame: string): boolean => frame.startsWith(`43${asked.length - 1}`)
  const frames = await raw.frames.until((all) => all.some(isLast))
  raw.close()
  const [answer] = JSON.parse(frames.find(isLast)!.slice(3)) as [{ refused: Met[]; cursor: string }]
  return answer
}
const subscribe = async (...asked: readonly unknown[]): Promise<Met> => (await answerTo(...asked)).refused[0]!
const doors = (after?: unknown) => ({ topics: ["device.*"], after })

/** The house's own keys in other hands: what it would sign at another time, or for somebody who is gone by now. */
async function sign(by: (issuer: Issuer) => Promise<string>, now = Date.now()): Promise<string> {
  const keys = await openKeys(house.dataFolder, () => now)
  return by(
    openIssuer({
      keys,
      publicUrl: () => house.url,
      now: () => now,
      systemTokenLifetime: 300,
      freshId: () => "an id",
    }),
  )
}

const client = {
  id: clientId,
  name: "",
  secretHash: "",
  systems: [systemId],
  scopes: ["listen", "report"],
  created: "",
} as const

async function forge(): Promise<string> {
  const { privateKey } = await generateKeyPair("EdDSA")
  return new SignJWT({ systemId }).setProtectedHeader({ alg: "EdDSA", typ: "system+jwt" }).sign(privateKey)
}

/** A server that drains, because a report is on its way. */
async function meetDraining(): Promise<Met> {
  const own = await openHouse()
  const sending = request(`${own.url}${reportsPath}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${await own.token()}`, Expect: "100-continue" },
  })
  sending.flushHeaders()
  await once(sending, "continue")
  const closing = own.server().close()
  const met = await metIn(await own.post(reportsPath, "[]"))
  sending.end("[]")
  await closing
  await own.close()
  return met
}

const asked = (body: object, as?: MadeClient): Promise<Met> =>
  askToken(house, body, as) as unknown as Promise<Met>
const limited = async (limits: Limits): Promise<string> => (await askToken(house, limits)).token

const reads = `/${systemId}/holders`
const groups = `/${systemId}/groups`
const staff = { name: "Staff", externalId: "staff" }
const raised: Readonly<Partial<Record<RefusalCode, () => Promise<Met>>>> = {
  token_missing: async () => metIn(await fetch(house.url + reads)),
  token_malformed: () => get(reads, token.slice(0, -9)),
  token_forged: async () => get(reads, await forge()),
  token_expired: async () =>
    get(reads, await sign((own) => own.issueSystemToken(client, systemId), Date.now() - 301_000)),
  token_wrong_kind: async () => get(reads, await sign((own) => own.issueIdToken(client))),
  client_revoked: async () =>
    get(reads, await sign((own) => own.issueSystemToken({ ...client, id: "gone" }, systemId))),
  scope_missing: async () => {
    const mayListen = await sign((own) => own.issueSystemToken({ ...client, scopes: ["listen"] }, systemId))
    return metIn(await house.post(reportsPath, "[]", mayListen))
  },
  system_mismatch: () => get(`/${otherSystemId}/holders`),
  system_unknown: async () => get(reads, await sign((own) => own.issueSystemToken(client, "gone"))),
  system_not_allowed: async () =>
    metIn(await house.post("/api/systems/nowhere/token", "", await sign((own) => own.issueIdToken(client)))),
  grant_invalid: () => asked({ redacted: "yes" }),
  grant_exceeded: async () => asked({ topics: ["*"] }, await makeLimited(house, { topics: ["sync.*"] })),
  grant_too_narrow: async () => metIn(await house.post(groups, "{}", await limited({ redacted: true }))),
  external_id_taken: () => post(staff, groups).then(() => post(staff, groups)),
  serial_number_taken: () =>
    post({ name: "Another", serialNumber: cloudNode.serialNumber }, `/${systemId}/cloud-nodes`),
  reference_unknown: () => post({ name: "Stray", type: "access", devices: ["none"] }, `/${systemId}/rules`),
  object_invalid: () => post({ name: "" }, groups),
  object_unknown: () => get(`${groups}/none`),
  precondition_failed: async () => {
    const headers = { Authorization: `Bearer ${token}`, "If-Match": '"of another day"' }
    return metIn(await fetch(`${house.url}${reads}/${someone.id}`, { method: "DELETE", headers }))
  },
  subscription_invalid: () => subscribe("device.*"),
  topic_not_text: () => subscribe({ topics: [7] }),
  topic_unknown: () => subscribe({ topics: ["device.request.maybe"] }),
  topic_not_granted: async () =>
    get(`/${systemId}/events?topics=device.*`, await limited({ topics: ["sync.*"] })),
  after_invalid: () => subscribe(doors({ last: 0 })),
  cursor_malformed: () => subscribe(doors("1.of another day")),
  cursor_ahead: async () => {
    const { cursor } = await answerTo(doors())
    return subscribe(doors(cursor.replace(/\w+$/, "zzzz")))
  },
  already_reading: () => subscribe(doors(), doors("earliest")),
  ahead_invalid: () => subscribe({ topics: ["stream.token.expiring"], ahead: 99 }),
  token_revoked: async () => {
    const own = await house.token()
    const headers = { Authorization: `Bearer ${own}` }
    await fetch(`${house.url}/api/systems/${systemId}/token`, { method: "DELETE", headers })
    return get(reads, own)
  },
  filter_invalid: () => subscribe({ topics: ["device.*"], filter: { devices: [] } }),
  filter_unknown: () => subscribe({ topics: ["device.*"], filter: { devices: ["none"] } }),
  state_invalid: () => subscribe({ topics: ["device.*"], state: true, after: "earliest" }),
  interval_invalid: () => subscribe({ topics: ["stream.position"], every: 99 }),
  json_malformed: async () => metIn(await house.post(reportsPath, "{", token)),
  json_too_deep: async () => metIn(await house.post(reportsPath, "[".repeat(65) + "]".repeat(65), token)),
  body_encoded: async () => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Encoding": "gzip" }
    return metIn(await fetch(house.url + reportsPath, { method: "POST", headers, body: "[]" }))
  },
  report_invalid: () => post(7),
  report_id_invalid: () => report({ id: "" }),
  topic_not_reportable: () => report({ topic: "cloudnode.connected" }),
  occurred_invalid: () => report({ occurred: "yesterday" }),
  body_invalid: () => report({ body: {} }),
  device_unknown: () => report({ body: { deviceId: "none" } }),
  connection_unknown: () =>
    report({ topic: "endpoint.sync.started", body: { connectionId: "none", address: "", type: "people" } }),
  holder_unknown: () => report(doorReport("device.request.allowed", { holderId: "nobody" })),
  holder_required: () => report(doorReport("device.request.allowed")),
  cloud_node_unknown: () => post([], `/${systemId}/cloud-nodes/none/reports`),
  batch_too_large: () => post(Array.from({ length: 1001 }, () => 0)),
  body_too_large: () => post("x".repeat(2 * 1024 * 1024)),
  request_invalid: () => get(`${reads}?page=last`),
  not_found: () => get("/nowhere"),
  cloud_node_away: () => post({}, `/${systemId}/cloud-nodes/${cloudNode.id}/devices/${frontDoor.id}/open`),
  method_not_allowed: () => post({}, "/health"),
  origin_not_allowed: async () => {
    const headers = { Origin: "https://elsewhere.example", "Access-Control-Request-Method": "POST" }
    const { statusCode, text } = await ask(house.url + reads, { method: "OPTIONS", headers })
    return { status: statusCode!, ...(JSON.parse(text) as { code: string; message: string }) }
  },
  host_not_allowed: async () => {
    const { statusCode, text } = await ask(`${house.url}/health`, { headers: { Host: "evil.example" } })
    return { status: statusCode!, ...(JSON.parse(text) as Met) }
  },
  draining: meetDraining,
  storage_full: async () =>
    metIn(await full.post(reportsPath, JSON.stringify(allowed()), await full.token())),
}

/** What takes a fault of the machine or of the code; the tests of REST raise them. */
const faults = ["fault", "storage_fault"]

/** What takes a crowd; limits.test and many-commands.test raise them. */
const crowded = Object.keys(refusals).filter((code) => /^(too_many_.*|server_full)$/.test(code))

/** What takes a cloud node on its link, or one that has a panel; the tests in test/link raise them. */
const linked = Object.keys(refusals).filter((code) =>
  /^(answers|command|credits|key|link|message|panel|proof|sync|version)_/.test(code),
)

/** What takes a listener with a name; named.test raises them. */
const named = ["listener_name_invalid", "listener_taken_over"]

/** What takes a server that replays the past; replay.test raises it. */
const replayed = ["replay_only"]

/** What takes an operator; the tests of the operator API raise them. */
const operating = [
  "building_invalid",
  "client_unknown",
  "cursor_of_another_log",
  "dead_letter_empty",
  "dead_letter_unknown",
  "event_gone",
  "event_unknown",
  "listener_connected",
  "listener_required",
  "listener_unknown",
  "not_confirmed",
  "removal_unconfirmed",
  "server_needed",
]

describe("A refusal", () => {
  for (const [code, raise] of Object.entries(raised))
    it(`is met by whoever deserves it, and says what to do: ${code}`, async () => {
      const { status, ...met } = await raise()
      const { means, remedy, status: expected } = refusals[code as RefusalCode]
      expect(met.code).toBe(code)
      expect(met.message.startsWith(means)).toBe(true)
      expect(met.message.endsWith(remedy)).toBe(true)
      expect(status ?? expected).toBe(expected)
    })

  it("is never listed that nobody can meet", () => {
    expect(
      [
        ...Object.keys(raised),
        ...faults,
        ...crowded,
        ...linked,
        ...named,
        ...replayed,
        ...operating,
      ].toSorted(),
    ).toEqual(Object.keys(refusals).toSorted())
  })
})
