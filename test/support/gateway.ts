/**
 * The gateway on a real log, without the rest of the house, for what no report can cause yet: the server's own events
 * are appended to the log directly.
 */
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TopicName } from "@doorstream/contract"
import { wholeGrant, type Verified } from "../../packages/server/src/core/verified.js"
import { unfiltered } from "./unfiltered.js"
import { openMeter } from "../../packages/server/src/core/meter.js"
import type { Log } from "../../packages/server/src/core/ports.js"
import { openFolder } from "../../packages/server/src/log/embedded/folder.js"
import { embeddedLog } from "../../packages/server/src/log/embedded/log.js"
import { openNames } from "../../packages/server/src/log/embedded/names.js"
import type { Names } from "../../packages/server/src/core/names.js"
import type { Retention } from "../../packages/server/src/log/embedded/retention.js"
import { noLimits, openLimits, type LimitSettings } from "../../packages/server/src/limits/limits.js"
import { openGateway, type Gateway } from "../../packages/server/src/reading/socketio/gateway.js"
import { openTails } from "../../packages/server/src/reading/tail.js"
import { expect } from "vitest"
import { systemId } from "./house.js"
import { Heard, listenRaw, type RawListening } from "./listeners.js"

interface Event {
  readonly topic: TopicName
  readonly text: string
}

export interface GatewayAlone {
  readonly url: string
  /** The fates of connections that have ended. */
  readonly ended: Heard<unknown>
  /** Appends events in one write. */
  append(...events: readonly Event[]): Promise<unknown>
  /** A raw listener that has subscribed to everything. */
  listen(query: string): Promise<RawListening>
  /** Moves the clock of tokens, which live for an hour, and of retention. */
  advance(milliseconds: number): void
  /** Tokens are good for so long from now on. */
  issueFor(lifetime: number): void
  /** Forgets what is older than is kept. */
  sweep(): Promise<void>
  close(): Promise<void>
}

export const hour = 3_600_000

/** A token that may hear everything. */
export const tokenOf = (system: string, expiresAt: number): Verified => ({
  id: "token",
  systemId: system,
  clientId: "tester",
  scopes: ["listen"],
  grant: wholeGrant,
  expiresAt,
})

interface GatewayParts {
  readonly names: Names
  readonly now: () => number
  readonly lifetime: () => number
  readonly ended: Heard<unknown>
  readonly limits: LimitSettings
}

const openOn = (log: Log, { names, now, lifetime, ended, limits }: GatewayParts): Gateway =>
  openGateway(
    {
      log,
      tailOf: openTails(log, { heard: () => undefined, now }),
      ...unfiltered,
      meter: openMeter(),
      now,
      reminderEvery: 5000,
      objectionTo: () => undefined,
      expiringAhead: 60_000,
      fault: (error) => expect.fail(String(error)),
      ...limits,
    },
    () => Promise.resolve(tokenOf(systemId, now() + lifetime())),
    {
      pingInterval: 25_000,
      pingTimeout: 20_000,
      messageSize: limits.messageSize,
      places: openLimits(limits, now).places,
      names,
      addressOf: () => "unknown",
      number: () => 0,
      told: (fate) => ended.add(fate),
      ended: { remember: () => undefined },
    },
  )

async function serve(gateway: Gateway): Promise<Server> {
  const server = createServer((request, response) => gateway.handleRequest(request, response))
  server.on("upgrade", (request, socket, head) => gateway.handleUpgrade(request, socket, head))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return server
}

async function listenToAll(url: string, query: string): Promise<RawListening> {
  const raw = await listenRaw(url, `${query}&token=any`)
  if (query.includes("EIO=4")) raw.send("40")
  await raw.frames.until((all) => all.some((frame) => frame.startsWith("40")))
  raw.send('421["subscribeIsolated",{"topics":["*"]}]')
  await raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))
  return raw
}

/**
 * @param age how long events are kept, in milliseconds
 * @param families topics that are kept for another time
 */
export async function openGatewayAlone(
  age = Infinity,
  families: NonNullable<Retention["families"]> = [],
  limits: Partial<LimitSettings> = {},
): Promise<GatewayAlone> {
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const path = await mkdtemp(join(tmpdir(), "doorstream-"))
  const folder = await openFolder(path)
  const log = embeddedLog(folder, { retention: { age, families, bytes: Infinity }, now })
  const names = openNames(folder, { age: Infinity, now, isGone: () => false, fault: expect.fail })
  let lifetime = hour
  const ended = new Heard<unknown>()
  const parts = { names, now, lifetime: () => lifetime, ended, limits: { ...noLimits, ...limits } }
  const gateway = openOn(log, parts)
  const server = await serve(gateway)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    ended,
    append: (...events) => log.append(systemId, [{ reportId: "", received: now(), events }]),
    listen: (query) => listenToAll(url, query),
    advance: (milliseconds) => void (ahead += milliseconds),
    issueFor: (its) => void (lifetime = its),
    sweep: () => log.sweep(),
    close: async () => {
      await gateway.drain(Date.now())
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await names.close()
      await log.close()
      await folder.close()
      await rm(path, { recursive: true, force: true })
    },
  }
}
