/** What the tests of REST begin with: the app with real tokens, a small town in memory and a clock that they set. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { refuse } from "@doorstream/contract"
import type { Hono } from "hono"
import type { Allowance, Later } from "../core/allowance.js"
import type { CommandNode } from "../core/commands.js"
import { house, type AcceptReports, type ApiClient, type Change } from "../core/ports.js"
import { registryOf, type RegistryForTests } from "../core/registry-of.suite.js"
import { openChanges } from "../intake/change.js"
import { hashPin } from "../tokens/pins.js"
import { openTokens, type Tokens } from "../tokens/room.js"
import { hashSecret, newSecret } from "../tokens/secrets.js"
import { openSeeing } from "../viewing.js"
import { httpApp } from "./app.js"

export const noon = Date.UTC(2026, 10, 23, 12)
export const created = "2026-01-01T00:00:00.000Z"
export const publicUrl = "https://doors.test"

export const aClient = (id: string, changes: Partial<ApiClient> = {}): ApiClient => ({
  id,
  name: id,
  secretHash: hashSecret(`${id}-secret`),
  systems: ["tower"],
  scopes: ["listen", "report"],
  created,
  ...changes,
})

const town: readonly Change[] = [
  ...["tower", "annex"].map((id): Change => ({
    kind: "system",
    system: house,
    value: { id, name: id, created },
  })),
  { kind: "client", system: house, value: aClient("wall") },
  { kind: "client", system: house, value: aClient("ear", { scopes: ["listen"] }) },
  { kind: "client", system: house, value: aClient("desk", { name: "The desk", scopes: ["manage"] }) },
]

export interface Given {
  readonly app: Hono
  readonly registry: RegistryForTests
  readonly tokens: Tokens
  /** What tests change as they go. */
  readonly world: {
    now: number
    ready: boolean
    accept: AcceptReports
    command: CommandNode
    storage: "ample" | "scarce" | "full" | "broken"
    later?: Later
    allowance: Allowance
    refused: string[]
    tooMuch: string[]
  }
  readonly logged: { fault: unknown; what: string }[]
  /** The headers of a client with a system token of the tower. */
  bearer(clientId?: string): Promise<{ Authorization: string }>
  end(): Promise<void>
}

const lifetimes = {
  isRevoked: () => false,
  publicUrl: () => publicUrl,
  systemTokenLifetime: 300,
  expiredTokenGrace: 60_000,
  keyAge: Infinity,
}

const openWorld = (): Given["world"] => ({
  now: noon,
  ready: true,
  refused: [],
  tooMuch: [],
  storage: "ample",
  allowance: { limit: Infinity, remaining: Infinity, reset: 0 },
  accept: () => Promise.resolve({ accepted: [], refused: [] }),
  command: () => Promise.resolve(undefined),
})

const bearerOf =
  (tokens: Tokens, registry: RegistryForTests): Given["bearer"] =>
  async (clientId = "wall") => ({
    Authorization: `Bearer ${await tokens.issueSystemToken(registry.find("client", house, clientId)!, "tower")}`,
  })

export async function givenTheTown(): Promise<Given> {
  const folder = await mkdtemp(join(tmpdir(), "doorstream-http-"))
  const world = openWorld()
  const now = () => world.now
  const registry = registryOf(...town)
  let made = 0
  const freshId = () => `id-${++made}`
  const tokens = await openTokens({ ...lifetimes, dataFolder: folder, registry, now, freshId })
  const logged: Given["logged"] = []
  const app = httpApp({
    registry,
    tokens,
    accept: (...asked) => world.accept(...asked),
    command: (...asked) => world.command(...asked),
    seenBy: openSeeing({ registry, scrambleIn: tokens.scrambleIn }),
    listen: { stream: () => Promise.resolve(refuse("fault")), pull: () => Promise.resolve(refuse("fault")) },
    revokeToken: () => Promise.resolve(),
    readState: () => Promise.resolve(refuse("fault")),
    change: openChanges({ registry, now, freshId }),
    newSecret,
    spend: (_, work) => (world.storage === "full" ? Promise.resolve(refuse("storage_full")) : work()),
    hashPin,
    letters: { redact: async (_system, _words, write) => void (await write([], [])) },
    freshId,
    addressOf: () => "192.0.2.7",
    takeCall: () => world.allowance,
    takeToken: () => world.later,
    most: { bodySize: 2 * 1024 * 1024, reportsPerRequest: 1000 },
    tooMuch: (limit) => world.tooMuch.push(limit),
    refused: (code) => world.refused.push(code),
    publicUrl: () => publicUrl,
    version: "0.0.0",
    ready: () => world.ready,
    storage: () => world.storage,
    now,
    log: (fault, what) => logged.push({ fault, what }),
  })
  const bearer = bearerOf(tokens, registry)
  return { app, registry, tokens, world, logged, bearer, end: () => rm(folder, { recursive: true }) }
}
