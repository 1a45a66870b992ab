/** What is told of the server while it works: counted and timed at the rooms' edges, and a line for each connection. */
import type { IncomingMessage } from "node:http"
import { openClocks, type Clocks } from "./core/clocks.js"
import { countRefusal, measure, type Meter, type Spread } from "./core/meter.js"
import { house, type Beside, type Entry, type Log, type Milliseconds, type Registry } from "./core/ports.js"
import type { AddressOf } from "./http/front/addresses.js"
import { linkPath, type RefusalCode } from "@doorstream/contract"
import type { Link } from "./link/link.js"
import { noLimits, type Limit, type Limits, type LimitSettings } from "./limits/limits.js"
import { openRate } from "./limits/rate.js"
import type { Folder } from "./log/embedded/folder.js"
import { openMetrics, type Metrics } from "./metrics/metrics.js"
import type { MustHear } from "./reading/must-hear.js"
import type { Gateway } from "./reading/socketio/gateway.js"
import type { Logger } from "./settings.js"
import type { Storage } from "./storage.js"

/** Times work that succeeds, in seconds. */
async function time<T>(spread: Spread, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const done = await work()
  measure(spread, (performance.now() - began) / 1000)
  return done
}

export const meterFolder = (folder: Folder, { flush }: Meter): Folder => ({
  ...folder,
  write: (writes) => time(flush, () => folder.write(writes)),
})

export const meterLog = <L extends Log>(log: L, meter: Meter): L => ({
  ...log,
  append: async (system: string, entries: readonly Entry[], beside?: Beside) => {
    const appended = await time(meter.append, () => log.append(system, entries, beside))
    for (const [index, { repeated }] of appended.entries())
      if (!repeated) for (const { topic } of entries[index]!.events) meter.appended[topic] += 1
    return appended
  },
})

/** Requests that are refused in a flood must not flood the log: ten lines a second in the long run, a hundred at once. */
const lineEvery: Milliseconds = 100
const linesAtOnce = 100

/** Tells of requests that were refused at the front: each is counted, and those for a connection have a line. */
export function openRefusedAtFront(
  logger: Logger,
  meter: Meter,
  now: () => Milliseconds,
  addressOf: AddressOf,
) {
  const lines = openRate(lineEvery, linesAtOnce, now)
  let untold = 0
  return (request: IncomingMessage, { code }: { readonly code: RefusalCode }): void => {
    countRefusal(meter, code)
    const asksForConnection = ["/socket.io/", linkPath].some((path) => request.url?.startsWith(path) === true)
    if (!asksForConnection) return
    if (lines.take("") > 0) {
      untold += 1
      return
    }
    const more = untold === 0 ? {} : { untold }
    logger.info({ address: addressOf(request), refused: code, ...more }, "a connection was refused")
    untold = 0
  }
}

/** Watches the clocks of cloud nodes, and tells of those that are plainly wrong. */
export function openClockWatch(logger: Logger) {
  const clocks = openClocks()
  const hearClock = (
    system: string,
    cloudNode: string,
    occurred: Milliseconds,
    received: Milliseconds,
  ): void => {
    if (!clocks.hear(system, cloudNode, occurred, received)) return
    const clock = new Date(occurred).toISOString()
    logger.warn(
      { system, cloudNode, clock },
      "the clock of a cloud node is wrong: set it. Its events are kept",
    )
  }
  return { hearClock, latenesses: clocks.latenesses }
}

interface Observed {
  readonly meter: Meter
  readonly now: () => Milliseconds
  readonly gateway: Gateway
  readonly mustHear: Pick<MustHear, "silent">
  readonly link: Link
  readonly limits: Limits
  readonly settings: { readonly limits?: Partial<LimitSettings> }
  readonly log: Log
  readonly stored: Pick<Storage, "size" | "disk" | "state">
  readonly latenesses: Clocks["latenesses"]
  readonly letters: { totals(): { readonly count: number; readonly dropped: number } }
  readonly registry: Registry
}

/** A limit's name as a metric's label has it. */
const nameOf = (limit: string): string => limit.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const hitsOf = (limits: Limits, meter: Meter): Readonly<Record<keyof LimitSettings, number>> => ({
  ...(limits.hits satisfies Record<Limit, number>),
  ...meter.hits,
})

export function observe({
  meter,
  now,
  gateway,
  mustHear,
  link,
  limits,
  settings,
  log,
  stored,
  latenesses,
  letters,
  registry,
}: Observed): Metrics {
  const all: LimitSettings = { ...noLimits, ...settings.limits }
  return openMetrics({
    meter,
    now,
    connections: () => gateway.connections(),
    listeners: () => gateway.listeners(),
    silent: () => mustHear.silent(),
    links: () => link.counts(),
    limits: () =>
      Object.entries(hitsOf(limits, meter)).map(([limit, count]) => ({
        limit: nameOf(limit),
        hits: count,
        bound: all[limit as keyof LimitSettings],
      })),
    log,
    logSize: stored.size,
    disk: stored.disk,
    storage: stored.state,
    latenesses: () => latenesses(now()),
    deadLetters: () => letters.totals(),
    systems: () => registry.list("system", house).map(({ id }) => id),
  })
}
