/**
 * A real server on a free port and a folder of its own, with a building in it, a clock that the test turns, and a
 * second system beside. Everything goes through the doors that users have.
 */
import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  startServer,
  scopes,
  type Change,
  type RunningServer,
  type Scope,
  type ServerOptions,
  type ServerSettings,
} from "@doorstream/server"
import { demoBuilding } from "@doorstream/simulator"

export const systemId = demoBuilding.system.id
export const otherSystemId = "7b0c1a52-5d0e-4f39-9d0a-2f1f4a1f9d11"

export const { cloudNode } = demoBuilding
export const frontDoor = demoBuilding.devices[0]!
export const someone = demoBuilding.holders[0]!

const created = "2026-01-01T00:00:00.000Z"

/** The other system has one cloud node and one door, under ids of their own. */
export const otherNode = { ...cloudNode, id: "b5dfb0a5-92cb-4a9c-9c4e-8a5d8b1c0e01", serialNumber: "9999XYZ" }
export const otherDoor = {
  ...frontDoor,
  id: "b5dfb0a5-92cb-4a9c-9c4e-8a5d8b1c0e02",
  cloudNodeId: otherNode.id,
}

/** A door with so long a name that some thousand of its events are more than the kernel holds for a listener. */
const wordyDoor = { ...frontDoor, id: "b5dfb0a5-92cb-4a9c-9c4e-8a5d8b1c0e03", name: "Door ".repeat(1600) }

const building: readonly Change[] = [
  { kind: "system", system: "", value: demoBuilding.system },
  { kind: "cloudNode", system: systemId, value: cloudNode },
  ...demoBuilding.connections.map((value) => ({ kind: "connection" as const, system: systemId, value })),
  ...demoBuilding.devices.map((value) => ({ kind: "device" as const, system: systemId, value })),
  ...demoBuilding.holders.map((value) => ({ kind: "holder" as const, system: systemId, value })),
  { kind: "system", system: "", value: { id: otherSystemId, name: "Other", created } },
  { kind: "cloudNode", system: otherSystemId, value: otherNode },
  { kind: "device", system: otherSystemId, value: otherDoor },
]

export const clientId = "tester"
export const clientSecret = "a secret of the tests"

export interface Report {
  readonly id: string
  readonly topic: string
  readonly occurred: number
  readonly body: object
}

export interface Outcome {
  readonly accepted: readonly { readonly id: string; readonly position: number }[]
  readonly refused: readonly { readonly id: string | null; readonly code: string; readonly message: string }[]
}

export interface House {
  readonly url: string
  readonly dataFolder: string
  /** Everything the server told its log. */
  readonly told: readonly { readonly level: string; readonly fields: object; readonly text: string }[]
  /** Moves the server's clock. */
  readonly advance: (milliseconds: number) => void
  token(system?: string): Promise<string>
  /** Posts reports as a cloud node's connector would; the answer's body. */
  report(reports: readonly Report[] | Report, system?: string): Promise<Outcome>
  post(path: string, body: NonNullable<RequestInit["body"]>, token?: string): Promise<Response>
  server(): RunningServer
  /** Ends the server, where that was not done yet, and starts it again on its folder and its port. */
  restart(): Promise<void>
  close(): Promise<void>
}

let reported = 0

/** A report of a door, with an id of its own. */
export const doorReport = (topic: string, more: object = {}): Report => ({
  id: `report-${(reported += 1)}`,
  topic,
  occurred: 1_719_356_407_640 + reported,
  body: { deviceId: frontDoor.id, ...more },
})

/** A granted read by somebody the building knows. */
export const allowed = (): Report =>
  doorReport("device.request.allowed", { holderId: someone.id, requestFactor: "CARD_ONLY" })

/** What a listener may fall behind with: the building must have `wordy` in it. */
export const wordyReport = (): Report => doorReport("device.input.dps.opened", { deviceId: wordyDoor.id })
export const wordy: readonly Change[] = [{ kind: "device", system: systemId, value: wordyDoor }]

export const otherDoorReport = (topic: string): Report => doorReport(topic, { deviceId: otherDoor.id })

export interface HouseSettings {
  readonly options?: Partial<ServerOptions>
  readonly heartbeat?: { readonly interval: number; readonly timeout: number }
  readonly clientScopes?: readonly Scope[]
  readonly systemTokenLifetime?: number
  readonly metricsPort?: number
  readonly operatorPort?: number
  readonly deadLetters?: { readonly count: number; readonly bytes: number }
  readonly limits?: NonNullable<ServerSettings["limits"]>
  readonly nodes?: NonNullable<ServerSettings["nodes"]>
  readonly diskReserve?: number
  /** A folder that is there, for the house's data; else one for temporary files. */
  readonly within?: string
  readonly retentionAge?: number
  readonly origins?: readonly string[]
  readonly trustedProxies?: readonly string[]
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** What the building has beside its doors and people. */
  readonly more?: readonly Change[]
}

const day = 86_400_000

/** What a server of the tests is told, in this process or in one of its own. */
export const serverSettings = (
  dataFolder: string,
  settings: HouseSettings = {},
  port = 0,
): ServerSettings => ({
  host: "127.0.0.1",
  port,
  dataFolder,
  systemTokenLifetime: settings.systemTokenLifetime ?? 300,
  expiredTokenGrace: 30 * day,
  keyAge: 90 * day,
  retention: { age: settings.retentionAge ?? 7 * day, bytes: 10e9 },
  ...(settings.diskReserve === undefined ? {} : { diskReserve: settings.diskReserve }),
  heartbeat: settings.heartbeat ?? { interval: 25_000, timeout: 20_000 },
  limits: settings.limits ?? {},
  ...(settings.nodes === undefined ? {} : { nodes: settings.nodes }),
  ...(settings.metricsPort === undefined ? {} : { metricsPort: settings.metricsPort }),
  ...(settings.operatorPort === undefined ? {} : { operatorPort: settings.operatorPort }),
  ...(settings.deadLetters === undefined ? {} : { deadLetters: settings.deadLetters }),
  origins: settings.origins ?? [],
  trustedProxies: settings.trustedProxies ?? [],
  ...(settings.tls === undefined ? {} : { tls: settings.tls }),
  demo: {
    client: {
      id: clientId,
      name: "The tests",
      secretHash: createHash("sha256").update(clientSecret).digest("hex"),
      systems: [systemId, otherSystemId],
      scopes: settings.clientScopes ?? scopes,
      created,
    },
    building: [...building, ...(settings.more ?? [])],
  },
})

const postTo = (url: string, body: NonNullable<RequestInit["body"]>, token?: string): Promise<Response> =>
  fetch(url, {
    method: "POST",
    body,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  })

/** The tokens of the first step. */
export async function requestIdToken(
  url: string,
  client = clientId,
  secret = clientSecret,
): Promise<{ id_token: string; access_token: string }> {
  const basic = Buffer.from(`${client}:${encodeURIComponent(secret)}`).toString("base64")
  const first = await fetch(`${url}/oauth2/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  })
  return (await first.json()) as { id_token: string; access_token: string }
}

/** Goes both steps to a system token. */
export async function requestToken(
  url: string,
  system = systemId,
  client?: string,
  secret?: string,
): Promise<string> {
  const { id_token } = await requestIdToken(url, client, secret)
  const second = await postTo(`${url}/api/systems/${system}/token`, "", id_token)
  return ((await second.json()) as { token: string }).token
}

/** The doors that users have, of a server that may be another one tomorrow. */
function doorsOf(server: () => RunningServer): Pick<House, "token" | "post" | "report"> {
  const token: House["token"] = (system) => requestToken(server().url, system)
  const post: House["post"] = (path, body, its) => postTo(`${server().url}${path}`, body, its)
  return {
    token,
    post,
    report: async (reports, system = systemId) => {
      const node = system === systemId ? cloudNode.id : otherNode.id
      const path = `/${system}/cloud-nodes/${node}/reports`
      const answer = await post(path, JSON.stringify(reports), await token(system))
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
      return (await answer.json()) as Outcome
    },
  }
}

export async function openHouse(settings: HouseSettings = {}): Promise<House> {
  const dataFolder = await mkdtemp(join(settings.within ?? tmpdir(), "doorstream-"))
  let ahead = 0
  const told: { level: string; fields: object; text: string }[] = []
  const tell = (level: string) => (fields: object, text: string) => void told.push({ level, fields, text })

  const start = (port?: number): Promise<RunningServer> =>
    startServer(
      serverSettings(dataFolder, settings, port),
      { debug: tell("debug"), info: tell("info"), warn: tell("warn"), error: tell("error") },
      { now: () => Date.now() + ahead, ...settings.options },
    )
  let server = await start()

  return {
    get url() {
      return server.url
    },
    dataFolder,
    told,
    advance: (milliseconds) => void (ahead += milliseconds),
    ...doorsOf(() => server),
    server: () => server,
    restart: async () => {
      await server.close()
      server = await start(Number(new URL(server.url).port))
    },
    close: async () => {
      await server.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
