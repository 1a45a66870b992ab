/** Where the rooms meet: each is handed what it needs of the others, and the whole starts and ends here. */
import { randomUUID } from "node:crypto"
import { makeBackup } from "./backup.js"
import type { Milliseconds, Registry } from "./core/ports.js"
import { countKept } from "./count-kept.js"
import { drain, drainWithin } from "./drain.js"
import { httpApp } from "./http/app.js"
import { openFront } from "./http/front/front.js"
import { openIntake } from "./intake/accept.js"
import { openFolder, type Folder } from "./log/embedded/folder.js"
import { operatorApp } from "./operator/app.js"
import { listenForOperator } from "./operator/socket.js"
import { openGateway } from "./reading/socketio/gateway.js"
import { openDemo } from "./registry/demo.js"
import { embeddedRegistry } from "./registry/embedded.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"
import { openStorage } from "./storage.js"
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

/** The largest message of a listener, in bytes: some thousand topics. */
const largestMessage = 100_000

/** How often a listener that connected with an expired token is reminded (PROTOCOL §2). */
const reminderEvery: Milliseconds = 5000

/** What is closed at the end, in the opposite order of its opening. */
type Ending = (() => unknown)[]

/** What the rooms share. */
interface Shared {
  readonly settings: ServerSettings
  readonly folder: Folder
  readonly now: () => Milliseconds
  readonly logger: Logger
  /** Tells of a fault, once, without anything that came from outside. */
  readonly fault: (fault: unknown, what: string) => void
  readonly ending: Ending
}

/** Answers the operator on the folder's own socket, beside what the world sees. */
async function serveOperator(shared: Shared, registry: Registry, tokens: Tokens, version: string) {
  const { settings, folder, now, fault, ending } = shared
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
      backup: (to) => makeBackup(folder, settings.dataFolder, to),
      process: running,
      log: fault,
    }),
  )
}

async function tendTokens(shared: Shared, registry: Registry, publicUrl: () => string): Promise<Tokens> {
  const { settings, now, fault, ending } = shared
  const tokens = await openTokens({ ...settings, registry, publicUrl, now, freshId: randomUUID })
  ending.push(await tendNowAndThen(tokens.tendKeys, (error) => fault(error, "tending the keys")))
  return tokens
}

async function openHouse(shared: Shared, options: ServerOptions): Promise<Omit<RunningServer, "close">> {
  const { settings, folder, now, logger, fault, ending } = shared
  const kept = embeddedRegistry(folder)
  const registry = settings.demo === undefined ? kept : await openDemo(kept, settings.demo)
  const { log, spend, state } = await openStorage(shared, options.sweepEvery)
  let publicUrl = settings.publicUrl
  let isReady = true
  const tokens = await tendTokens(shared, registry, () => publicUrl ?? "")
  const gateway = openGateway(
    { log, now, fault, reminderEvery: options.reminderEvery ?? reminderEvery },
    tokens.verifySystemToken,
    { pingInterval: settings.heartbeat.interval, pingTimeout: settings.heartbeat.timeout, largestMessage },
  )
  const { fetch } = httpApp({
    registry,
    tokens,
    accept: openIntake({ registry, log, spend, now, freshId: randomUUID }),
    publicUrl: () => publicUrl ?? "",
    ready: () => isReady,
    storage: state,
    now,
    log: fault,
  })
  const front = await openFront({ ...settings, gateway, fetch, logger })
  await serveOperator(shared, kept, tokens, options.version ?? "unknown")
  const url = await front.listen(settings.port, settings.host)
  publicUrl ??= url
  ending.push(() => {
    isReady = false
    return drain(front, gateway, options.drainWithin ?? drainWithin)
  })
  return { url, eventsKept: () => countKept(registry, log) }
}

/**
 * Starts a server on its data folder.
 *
 * @throws where the folder is in use or damaged, the address is taken, or the certificate cannot be used; a `code` tells
 *   which (`folder_in_use`, `EADDRINUSE`, `certificate_unusable`)
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
  const parts = { settings, folder, now: options.now ?? Date.now, logger, fault, ending }
  try {
    const running = await openHouse(parts, options)
    logger.info({ url: running.url }, "listening")
    return { ...running, close }
  } catch (error) {
    await close()
    throw error
  }
}
