/** Where the rooms meet: each is handed what it needs of the others, and the whole starts and ends here. */
import { randomUUID } from "node:crypto"
import { countRefusal, openMeter, type Meter } from "./core/meter.js"
import { house, type Log, type Milliseconds, type Registry } from "./core/ports.js"
import { drain, drainWithin } from "./drain.js"
import { httpApp } from "./http/app.js"
import { addressOf } from "./http/front/address.js"
import { openFront } from "./http/front/front.js"
import { openIntake } from "./intake/accept.js"
import { openListening } from "./listening.js"
import { openFolder, type Folder } from "./log/embedded/folder.js"
import { embeddedLog, startRetention, type EmbeddedLog } from "./log/embedded/log.js"
import { meterFolder, meterLog, observe, openRefusedAtFront } from "./observing.js"
import { openDemo } from "./registry/demo.js"
import { embeddedRegistry } from "./registry/embedded.js"
import { serveOperator } from "./serve-operator.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"
import { openTokens, tendNowAndThen } from "./tokens/room.js"
import { traceIntake, traceLog } from "./tracing.js"

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
  readonly meter: Meter
  readonly logger: Logger
  /** Tells of a fault, once, without anything that came from outside. */
  readonly fault: (fault: unknown, what: string) => void
  readonly ending: Ending
}

function openLog({ settings, folder, now, meter, fault, ending }: Shared): EmbeddedLog {
  const log = traceLog(meterLog(embeddedLog(folder, { retention: settings.retention, now }), meter))
  ending.push(() => log.close())
  ending.push(startRetention(log, sweepEvery, (error) => fault(error, "retention")))
  return log
}

async function openKeyedTokens(
  { settings, now, fault, ending }: Shared,
  registry: Registry,
  url: () => string,
) {
  const tokens = await openTokens({ ...settings, registry, publicUrl: url, now, freshId: randomUUID })
  ending.push(await tendNowAndThen(tokens.tendKeys, (error) => fault(error, "tending the keys")))
  return tokens
}

async function openHouse(shared: Shared, options: ServerOptions): Promise<Omit<RunningServer, "close">> {
  const { settings, folder, now, meter, logger, fault, ending } = shared
  const kept = embeddedRegistry(folder)
  const registry = settings.demo === undefined ? kept : await openDemo(kept, settings.demo)
  const log = openLog(shared)
  let publicUrl = settings.publicUrl
  let isReady = true
  const tokens = await openKeyedTokens(shared, registry, () => publicUrl ?? "")
  const { gateway, limits } = openListening(
    { log, meter, verify: tokens.verifySystemToken, now, fault, logger },
    settings,
    options,
  )
  const { fetch } = httpApp({
    registry,
    tokens,
    accept: traceIntake(openIntake({ registry, log, now, freshId: randomUUID, meter })),
    takeToken: limits.takeTokenFor,
    refused: (code) => countRefusal(meter, code),
    publicUrl: () => publicUrl ?? "",
    ready: () => isReady,
    now,
    log: fault,
  })
  const loopbackNamesOnly = settings.demo !== undefined
  const refused = openRefusedAtFront(logger, meter, now)
  const front = openFront({ gateway, fetch, loopbackNamesOnly, limits, addressOf, refused })
  const metrics = observe({ meter, now, gateway, limits, bounds: settings.limits ?? {}, log, registry })
  await serveOperator({ ...shared, registry: kept, tokens, metrics, version: options.version ?? "unknown" })
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
  const meter = openMeter()
  const folder = meterFolder(await openFolder(settings.dataFolder), meter)
  const ending: Ending = [() => folder.close()]
  const end = async (): Promise<void> => {
    for (const step of ending.toReversed()) await step()
  }
  let ended: Promise<void> | undefined
  const close = (): Promise<void> => (ended ??= end())
  const fault = (error: unknown, what: string): void => logger.error({ err: error }, `a fault in ${what}`)
  const parts = { settings, folder, now: options.now ?? Date.now, meter, logger, fault, ending }
  try {
    const running = await openHouse(parts, options)
    logger.info({ url: running.url }, "listening")
    return { ...running, close }
  } catch (error) {
    await close()
    throw error
  }
}
