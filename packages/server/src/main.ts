/** Where the rooms meet: each is handed what it needs of the others, and the whole starts and ends here. */
import { randomUUID } from "node:crypto"
import { house, type Log, type Milliseconds, type Registry } from "./core/ports.js"
import { drain, drainWithin } from "./drain.js"
import { httpApp } from "./http/app.js"
import { addressOf } from "./http/front/address.js"
import { openFront } from "./http/front/front.js"
import { openIntake } from "./intake/accept.js"
import { openListening } from "./listening.js"
import { openFolder, type Folder } from "./log/embedded/folder.js"
import { embeddedLog, startRetention } from "./log/embedded/log.js"
import { operatorApp } from "./operator/app.js"
import { listenForOperator } from "./operator/socket.js"
import { openDemo } from "./registry/demo.js"
import { embeddedRegistry } from "./registry/embedded.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"
import { openTokens, tendNowAndThen, type Tokens } from "./tokens/room.js"
import { newSecret } from "./tokens/secrets.js"

export interface RunningServer {
  /** The address that it listens on, without a slash at its end. */
  readonly url: string
  /** How many events are kept, of all systems. */
  eventsKept(): Promise<number>
  /** Drains and ends: what is owed goes out, within ten seconds. */
  close(): Promise<void>
}

const sweepEvery: Milliseconds = 60_000

/** What is closed at the end, in the opposite order of its opening. */
type Ending = (() => unknown)[]

/** What the rooms share. */
interface Shared {
  readonly settings: ServerSettings
  readonly folder: Folder
  readonly now: () => Milliseconds
  /** Tells of a fault, once, without anything that came from outside. */
  readonly fault: (fault: unknown, what: string) => void
  readonly ending: Ending
}

function openLog({ settings, folder, now, fault, ending }: Shared): Log {
  const log = embeddedLog(folder, { retention: settings.retention, now })
  ending.push(() => log.close())
  ending.push(startRetention(log, sweepEvery, (error) => fault(error, "retention")))
  return log
}

/** Answers the operator on the folder's own socket, beside what the world sees. */
async function serveOperator(shared: Shared, registry: Registry, tokens: Tokens, version: string) {
  const { settings, now, fault, ending } = shared
  const socket = await listenForOperator(settings.dataFolder)
  ending.push(() => socket.close())
  const running = { version, pid: process.pid, started: now() }
  socket.serve(
    operatorApp({
      registry,
      now,
      freshId: randomUUID,
      newSecret,
      rotateKeys: tokens.rotateKeys,
      process: running,
      log: fault,
    }),
  )
}

async function openHouse(shared: Shared, options: ServerOptions): Promise<Omit<RunningServer, "close">> {
  const { settings, folder, now, fault, ending } = shared
  const kept = embeddedRegistry(folder)
  const registry = settings.demo === undefined ? kept : await openDemo(kept, settings.demo)
  const log = openLog(shared)
  let publicUrl = settings.publicUrl
  let isReady = true
  const tokens = await openTokens({
    ...settings,
    registry,
    publicUrl: () => publicUrl ?? "",
    now,
    freshId: randomUUID,
  })
  ending.push(await tendNowAndThen(tokens.tendKeys, (error) => fault(error, "tending the keys")))
  const verify = tokens.verifySystemToken
  const { gateway, limits } = openListening({ log, verify, now, fault }, settings, options)
  const { fetch } = httpApp({
    registry,
    tokens,
    accept: openIntake({ registry, log, now, freshId: randomUUID }),
    takeToken: limits.takeTokenFor,
    publicUrl: () => publicUrl ?? "",
    ready: () => isReady,
    now,
    log: fault,
  })
  const loopbackNamesOnly = settings.demo !== undefined
  const front = openFront({ gateway, fetch, loopbackNamesOnly, limits, addressOf, refused: () => undefined })
  await serveOperator(shared, kept, tokens, options.version ?? "unknown")
  const url = await front.listen(settings.port, settings.host)
  publicUrl ??= url
  ending.push(() => {
    isReady = false
    return drain(front, gateway, options.drainWithin ?? drainWithin)
  })
  return { url, eventsKept: () => countKept(registry, log) }
}

async function countKept(registry: Registry, log: Log): Promise<number> {
  const extents = await Promise.all(registry.list("system", house).map(({ id }) => log.extent(id)))
  return extents.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}

/**
 * Starts a server on its data folder.
 *
 * @throws where the folder is in use or damaged, or the address is taken; a `code` tells which (`folder_in_use`,
 *   `EADDRINUSE`)
 */
export async function startServer(
  settings: ServerSettings,
  logger: Logger,
  options: ServerOptions = {},
): Promise<RunningServer> {
  const folder = await openFolder(settings.dataFolder)
  const ending: Ending = [() => folder.close()]
  const end = async (): Promise<void> => {
    for (const step of ending.toReversed()) await step()
  }
  let ended: Promise<void> | undefined
  const close = (): Promise<void> => (ended ??= end())
  const fault = (error: unknown, what: string): void => logger.error({ err: error }, `a fault in ${what}`)
  const parts = { settings, folder, now: options.now ?? Date.now, fault, ending }
  try {
    const running = await openHouse(parts, options)
    logger.info({ url: running.url }, "listening")
    return { ...running, close }
  } catch (error) {
    await close()
    throw error
  }
}
