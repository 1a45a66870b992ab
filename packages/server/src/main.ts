/** Where the rooms meet: each is handed what it needs of the others, and the whole starts and ends here. */
import { countRefusal, openMeter, type Meter } from "./core/meter.js"
import type { Milliseconds } from "./core/ports.js"
import { countKept } from "./count-kept.js"
import { drain, drainWithin } from "./drain.js"
import { httpApp } from "./http/app.js"
import { openAddresses } from "./http/front/addresses.js"
import { openFront } from "./http/front/front.js"
import { openKept } from "./keeping.js"
import { openLinking } from "./linking.js"
import { openListening } from "./listening.js"
import { openFolder, type Folder } from "./log/embedded/folder.js"
import { meterFolder, observe, openClockWatch, openRefusedAtFront } from "./observing.js"
import { serveOperator } from "./serve-operator.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"
import { openKeyedTokens } from "./signing.js"
import { openWriting } from "./writing.js"

export interface RunningServer {
  /** The address that it listens on, without a slash at its end. */
  readonly url: string
  /** How many events are kept, of all systems. */
  eventsKept(): Promise<number>
  /** Drains and ends: what is owed goes out, within ten seconds. */
  close(): Promise<void>
}

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

/** The front, in front of what stands behind it; a demo answers only names of this machine. */
const openFrontOf = (
  { settings, logger, meter, now }: Shared,
  behind: Omit<Parameters<typeof openFront>[0], "refused" | "loopbackNamesOnly" | "logger">,
) =>
  openFront({
    ...settings,
    ...behind,
    logger,
    refused: openRefusedAtFront(logger, meter, now, behind.addressOf),
    loopbackNamesOnly: settings.demo !== undefined,
  })

async function openHouse(shared: Shared, options: ServerOptions): Promise<Omit<RunningServer, "close">> {
  const { settings, now, meter, logger, fault, ending } = shared
  const stored = await openKept(shared, options.sweepEvery)
  const { registry, letters, spend } = stored
  const { hearClock, latenesses } = openClockWatch(logger)
  const addressOf = openAddresses(settings.trustedProxies ?? [])
  let publicUrl = settings.publicUrl
  let isReady = true
  const tokens = await openKeyedTokens(shared, stored, () => publicUrl ?? "")
  const listening = openListening({ ...shared, ...stored, tokens, addressOf }, settings, options)
  const { gateway, limits, forHttp, mustHear } = listening
  const parts = { ...shared, ...stored, hearClock, addressOf, places: limits.places }
  const { link, accept, change } = openLinking(parts, settings, options)
  const known = { version: options.version ?? "unknown", now, log: fault }
  const { fetch } = httpApp({
    registry,
    tokens,
    accept,
    command: link.command,
    ...openWriting({ change, letters, spend, addressOf, takeCall: limits.takeCall }),
    ...forHttp,
    refused: (code) => countRefusal(meter, code),
    publicUrl: () => publicUrl ?? "",
    ready: () => isReady,
    storage: stored.state,
    ...known,
  })
  const front = await openFrontOf(shared, { gateway, link, fetch, limits, addressOf })
  const rooms = { ...shared, ...stored, ...listening, stored, tokens, link, latenesses, change }
  await serveOperator({ ...rooms, metrics: observe(rooms), version: options.version })
  const url = await front.listen(settings.port, settings.host)
  publicUrl ??= url
  link.begin()
  ending.push(() => {
    isReady = false
    mustHear.stop()
    return drain(front, { gateway, link }, options.drainWithin ?? drainWithin)
  })
  return { url, eventsKept: () => countKept(registry, stored.log) }
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
