/** Everything that is measured, in Prometheus' text form. It must not know where it is asked for. */
import { collectDefaultMetrics, Registry, type Counter } from "prom-client"
import type { Lateness } from "../core/clocks.js"
import type { Meter } from "../core/meter.js"
import type { Log, Milliseconds, Position, SystemId } from "../core/ports.js"
import { measureSilent } from "./silent.js"
import { counter, gauge, histogramText, type Reading } from "./plain.js"

/** An open connection. */
export interface OpenConnection {
  /** Of Engine.IO: 3 or 4; null for what listens over plain HTTP. */
  readonly protocol: number | null
  readonly transport: string
}

/** What is asked when somebody asks. */
export interface MetricSources {
  readonly meter: Meter
  readonly now: () => Milliseconds
  connections(): Iterable<OpenConnection>
  listeners(): { readonly atTail: number; readonly behind: number }
  /** Listeners that must hear and do not. */
  silent(): readonly { readonly reason: "absent" | "behind" }[]
  /** Node links, and the credits that their nodes have not used. */
  links(): { readonly open: number; readonly unproven: number; readonly credits: number }
  /** How often each limit stood in the way, and what it is set to. */
  limits(): Iterable<{ readonly limit: string; readonly hits: number; readonly bound: number }>
  readonly log: Pick<Log, "extent" | "read">
  /** How many bytes the log takes on disk. */
  logSize(): number
  /** In bytes: what of the disk is used by the log, may be, and is left free. */
  disk(): { readonly used: number; readonly usable: number; readonly reserve: number }
  storage(): StorageState
  latenesses(): readonly Lateness[]
  /** Reports that were refused: how many are kept, and how many were let go of for want of room. */
  deadLetters(): { readonly count: number; readonly dropped: number }
  /** Oldest first. */
  systems(): readonly SystemId[]
}

const storageStates = ["ample", "scarce", "full", "broken"] as const
type StorageState = (typeof storageStates)[number]

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** Resolves when nothing is being read any more. */
  settle(): Promise<void>
}

/** Systems beyond these have no numbers of their own, so that what is answered stays small. */
const mostSystems = 100

const alone = (value: number): readonly Reading[] => [[{}, value]]

/** @example labelled("topic", {"sync.synced": 3}) // [[{topic: "sync.synced"}, 3]] */
const labelled = (label: string, counts: Iterable<readonly [string, number]>): readonly Reading[] =>
  [...counts].map(([value, count]) => [{ [label]: value }, count])

const connectionKinds = ["3 websocket", "3 polling", "4 websocket", "4 polling", "http sse", "http pull"]

function measureConnections(registry: Registry, { connections, listeners }: MetricSources): void {
  const labelNames = ["protocol", "transport"]
  gauge(registry, { name: "doorstream_connections", help: "Open connections.", labelNames }, () => {
    const counts = new Map<string, number>()
    for (const { protocol, transport } of connections()) {
      const key = `${protocol ?? "http"} ${transport}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return connectionKinds.map((key): Reading => {
      const [protocol = "", transport = ""] = key.split(" ")
      return [{ protocol, transport }, counts.get(key) ?? 0]
    })
  })
  const help = "Listeners that are at the tail of the log, or read what is behind."
  gauge(registry, { name: "doorstream_listeners", help, labelNames: ["at"] }, () => {
    const { atTail, behind } = listeners()
    return labelled("at", [
      ["tail", atTail],
      ["behind", behind],
    ])
  })
}

function measureLinks(registry: Registry, { links, meter }: MetricSources): void {
  const help = "Node links: those whose key was proven, and those that have yet to prove one."
  gauge(registry, { name: "doorstream_node_links", help, labelNames: ["state"] }, () => {
    const { open, unproven } = links()
    return labelled("state", [
      ["open", open],
      ["unproven", unproven],
    ])
  })
  gauge(
    registry,
    { name: "doorstream_node_link_credits", help: "Credits that cloud nodes have not used." },
    () => alone(links().credits),
  )
  counter(
    registry,
    { name: "doorstream_node_link_credits_granted_total", help: "Credits granted to cloud nodes." },
    () => alone(meter.creditsGranted),
  )
  counter(
    registry,
    { name: "doorstream_node_link_reports_total", help: "Reports accepted over node links." },
    () => alone(meter.reportsLinked),
  )
}

function measureCommands(registry: Registry, { meter }: MetricSources): void {
  const help = "Commands sent to cloud nodes, by how they ended."
  counter(registry, { name: "doorstream_commands_total", help, labelNames: ["end"] }, () =>
    labelled("end", Object.entries(meter.commands)),
  )
}

function measureEvents(registry: Registry, { meter }: MetricSources): void {
  const labelNames = ["topic"]
  const appended = {
    name: "doorstream_events_appended_total",
    help: "Events taken into the log.",
    labelNames,
  }
  counter(registry, appended, () => labelled("topic", Object.entries(meter.appended)))
  const help = "Events sent, once for each listener."
  const delivered = { name: "doorstream_events_delivered_total", help, labelNames }
  counter(registry, delivered, () => labelled("topic", Object.entries(meter.delivered)))
}

function latencies({ meter }: MetricSources): string {
  const spreads = [
    ["append", "From an append until it was flushed and heard.", meter.append],
    ["flush", "One flush of the data folder to disk.", meter.flush],
    ["command_answer", "From a command's sending until its cloud node has answered.", meter.commandAnswer],
    ["delivery", "From an event's arrival until it was given to all listeners at the tail.", meter.delivery],
    [
      "report_lateness",
      "From an event's occurring, by its cloud node's clock, until its arrival. Below zero that clock is ahead.",
      meter.lateness,
    ],
  ] as const
  return spreads
    .map(([name, help, spread]) => histogramText({ name: `doorstream_${name}_seconds`, help }, spread))
    .join("\n")
}

function measureRefusals(registry: Registry, { meter, limits }: MetricSources): void {
  const refused = { name: "doorstream_refusals_total", help: "Refusals by code.", labelNames: ["code"] }
  counter(registry, refused, () => labelled("code", meter.refused))
  const hits = {
    name: "doorstream_limit_hits_total",
    help: "How often a limit stood in the way.",
    labelNames: ["limit"],
  }
  counter(registry, hits, () =>
    labelled(
      "limit",
      [...limits()].map((each) => [each.limit, each.hits]),
    ),
  )
  gauge(registry, { name: "doorstream_limit", help: "What a limit is set to.", labelNames: ["limit"] }, () =>
    labelled(
      "limit",
      [...limits()].map((each) => [each.limit, each.bound]),
    ),
  )
}

function measureLetters(registry: Registry, { deadLetters }: MetricSources): void {
  gauge(registry, { name: "doorstream_dead_letters", help: "Refused reports that are kept." }, () =>
    alone(deadLetters().count),
  )
  const help = "Refused reports that were let go of, because there were more than are kept."
  counter(registry, { name: "doorstream_dead_letters_dropped_total", help }, () =>
    alone(deadLetters().dropped),
  )
}

/** How one system's log stands. */
interface Standing {
  readonly system: SystemId
  readonly first: Position
  readonly last: Position
  /** How old the oldest event is, in seconds. */
  readonly age: number | undefined
}

/** One system after the other, so that nothing is still being read when this has failed. */
async function readStandings({ log, systems, now }: MetricSources): Promise<Standing[]> {
  const standings: Standing[] = []
  for (const system of systems().slice(0, mostSystems)) {
    const { first, last } = await log.extent(system)
    const [oldest] = (await log.read(system, first, { rows: 1, milliseconds: 1 })).rows
    standings.push({ system, first, last, age: oldest && (now() - oldest.received) / 1000 })
  }
  return standings
}

function measureLog(registry: Registry, sources: MetricSources, standings: () => readonly Standing[]): void {
  gauge(registry, { name: "doorstream_log_bytes", help: "What the log takes on disk." }, () =>
    alone(sources.logSize()),
  )
  gauge(registry, { name: "doorstream_systems", help: "Systems that there are." }, () =>
    alone(sources.systems().length),
  )
  const perSystem = (name: string, help: string, read: (standing: Standing) => number | undefined) =>
    gauge(registry, { name: `doorstream_log_${name}`, help, labelNames: ["system"] }, () =>
      standings().flatMap((standing): Reading[] => {
        const value = read(standing)
        return value === undefined ? [] : [[{ system: standing.system }, value]]
      }),
    )
  perSystem("first_position", "The oldest position that is kept.", ({ first }) => first)
  perSystem("last_position", "The newest position.", ({ last }) => last)
  perSystem("oldest_age_seconds", "How long ago the oldest event arrived that is kept.", ({ age }) => age)
}

function measureDisk(registry: Registry, { disk, storage }: MetricSources): void {
  const bytes = [
    ["used", "What the log uses of its disk."],
    ["usable", "What it may use, by what the disk has left and without the reserve."],
    ["reserve", "What is left free: reports are refused before it is touched."],
  ] as const
  for (const [what, help] of bytes)
    gauge(registry, { name: `doorstream_disk_${what}_bytes`, help }, () => alone(disk()[what]))
  const help = "1 for how the storage is: ample, scarce from 80 % on, full, or broken until a new start."
  gauge(registry, { name: "doorstream_storage", help, labelNames: ["is"] }, () => {
    const state = storage()
    return labelled(
      "is",
      storageStates.map((each) => [each, each === state ? 1 : 0]),
    )
  })
}

function measureClocks(registry: Registry, { latenesses }: MetricSources): void {
  const name = "doorstream_cloud_node_lateness_seconds"
  const help = "The smallest lateness of a cloud node's events of late. Below zero its clock is ahead."
  gauge(registry, { name, help, labelNames: ["system", "cloud_node"] }, () =>
    latenesses().map(({ system, cloudNode, lateness }): Reading => [
      { system, cloud_node: cloudNode },
      lateness / 1000,
    ]),
  )
}

/** What was used before somebody asked for the first time counts as well. */
function countFromStart(registry: Registry): void {
  const { user, system } = process.cpuUsage()
  const used = { cpu_user: user, cpu_system: system, cpu: user + system }
  for (const [name, microseconds] of Object.entries(used))
    (registry.getSingleMetric(`process_${name}_seconds_total`) as Counter).inc(microseconds / 1e6)
}

function openRegistry(sources: MetricSources, standings: () => readonly Standing[]): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  countFromStart(registry)
  measureConnections(registry, sources)
  measureSilent(registry, sources.silent)
  measureLinks(registry, sources)
  measureCommands(registry, sources)
  measureEvents(registry, sources)
  measureRefusals(registry, sources)
  measureLog(registry, sources, standings)
  measureDisk(registry, sources)
  measureClocks(registry, sources)
  measureLetters(registry, sources)
  return registry
}

/** Nothing runs before somebody asks for the first time. */
export function openMetrics(sources: MetricSources): Metrics {
  let standings: readonly Standing[] = []
  let registry: Registry | undefined
  const read = async (): Promise<string> => {
    standings = await readStandings(sources)
    registry ??= openRegistry(sources, () => standings)
    return `${await registry.metrics()}\n${latencies(sources)}`
  }
  let reading: Promise<string> = Promise.resolve("")
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    text() {
      // Who asks while somebody else is being answered waits for a turn.
      reading = reading.then(read, read)
      return reading
    },
    async settle() {
      await Promise.allSettled([reading])
    },
  }
}
