/** What a server keeps: the log, the registry and the dead letters on one folder, as everybody else meets them. */
import type { Audit } from "./core/audit.js"
import type { Meter } from "./core/meter.js"
import type { ListenerName } from "./core/names.js"
import { house, type Log, type Milliseconds, type Registry, type SystemId } from "./core/ports.js"
import { openLetters, type KeptLetters } from "./letters/letters.js"
import { openNames, type KeptNames } from "./log/embedded/names.js"
import { openRequired, type KeptRequired } from "./log/embedded/required.js"
import { openRevoked, type KeptRevoked } from "./log/embedded/revoked.js"
import { openStateStore } from "./log/embedded/states.js"
import { openAges } from "./log/embedded/ages.js"
import type { Folder } from "./log/embedded/folder.js"
import { startRetention } from "./log/embedded/log.js"
import { meterLog } from "./observing.js"
import { redactLog } from "./redacting.js"
import { openDemo } from "./registry/demo.js"
import { embeddedRegistry } from "./registry/embedded.js"
import type { Logger, ServerSettings } from "./settings.js"
import { openStates, type States } from "./state/states.js"
import { openStorage, sweepEvery, type Storage } from "./storage.js"
import { traceLog } from "./tracing.js"

export interface Kept extends Omit<Storage, "log"> {
  /** Measured and traced; tells nothing of holders who were erased. */
  readonly log: Log
  /** In a demo, with its API client. */
  readonly registry: Registry
  /** As it is on disk. */
  readonly kept: Registry
  readonly audit: Audit
  readonly letters: KeptLetters
  readonly names: KeptNames
  readonly revoked: KeptRevoked
  readonly required: KeptRequired
  readonly states: States
}

interface KeepingParts {
  readonly settings: ServerSettings
  readonly folder: Folder
  readonly meter: Meter
  readonly now: () => Milliseconds
  readonly logger: Logger
  readonly fault: (fault: unknown, what: string) => void
  readonly ending: (() => unknown)[]
}

const keepStatesEvery: Milliseconds = 10_000
const auditAgeUnlessTold: Milliseconds = 365 * 86_400_000
const listenerAgeUnlessTold: Milliseconds = 30 * 86_400_000
const lettersUnlessTold = { count: 10_000, bytes: 16e6 }

const isRemoved = ({ find, findEver }: Registry, system: SystemId): boolean =>
  find("system", house, system) === undefined && findEver("system", house, system) !== undefined

function openLettersOf(
  { settings, folder, now, fault, ending }: KeepingParts,
  registry: Registry,
  { spend }: Storage,
): KeptLetters {
  const { age, families } = settings.retention
  const ages = openAges(age, families)
  const letters = openLetters({
    folder,
    bounds: settings.deadLetters ?? lettersUnlessTold,
    ages: {
      shortest: ages.shorter[0] ?? ages.longest,
      of: (topic) => (topic === undefined ? age : ages.of(topic, undefined)),
    },
    now,
    erasedIn: registry.erased,
    isGone: (system) => isRemoved(registry, system),
    spend,
    fault,
  })
  ending.push(() => letters.close())
  return letters
}

/** Listeners with a name, and those of them that must hear. */
function openNamesOf({ settings, folder, now, fault, ending }: KeepingParts, registry: () => Registry) {
  const isGone = ({ system, client }: ListenerName): boolean =>
    isRemoved(registry(), system) || registry().find("client", house, client) === undefined
  const names = openNames(folder, {
    age: settings.listenerAge ?? listenerAgeUnlessTold,
    now,
    isGone,
    fault,
  })
  ending.push(() => names.close())
  return { names, required: openRequired(folder, isGone) }
}

/** Follows every system that there is, and each that comes, from its first event on. */
function openStatesOf(
  { folder, logger, fault, ending }: KeepingParts,
  registry: Registry,
  log: Log,
): Pick<Kept, "states" | "log"> {
  const states = openStates({
    log,
    store: openStateStore(folder),
    isGone: (system) => isRemoved(registry, system),
    isDoorGone: (system, id) => registry.find("device", system, id) === undefined,
    keepEvery: keepStatesEvery,
    fault,
    told: (system, left) =>
      logger.info({ system, left }, left > 0 ? "folding the state of doors" : "the state of doors is folded"),
  })
  ending.push(() => states.close())
  for (const { id } of registry.list("system", house)) states.touch(id)
  const append: Log["append"] = (system, ...appended) => {
    states.touch(system)
    return log.append(system, ...appended)
  }
  return { states, log: { ...log, append } }
}

export async function openKept(parts: KeepingParts, often = sweepEvery): Promise<Kept> {
  const { settings, folder, meter, now, fault, ending } = parts
  // The log must be there before the registry, which appends to it.
  let isGone = (_: SystemId): boolean => false
  const storage = await openStorage({ ...parts, isGone: (system) => isGone(system) }, often)
  const written = traceLog(meterLog(storage.log, meter))
  const kept = embeddedRegistry(folder, ({ system, entries }, beside) =>
    written.append(system, entries, beside),
  )
  isGone = (system) => isRemoved(kept, system)
  const letters = openLettersOf(parts, kept, storage)
  // The API client of a demo is not among those that are on disk.
  let all: Registry = kept
  const { names, required } = openNamesOf(parts, () => all)
  const revoked = openRevoked(folder, { grace: settings.expiredTokenGrace, now })
  const { states, log } = openStatesOf(parts, kept, redactLog(written, kept))
  const sweep = async (): Promise<void> => {
    for (const each of [letters, names, required, revoked, states]) await each.sweep()
    await kept.audit.forget(now() - (settings.auditAge ?? auditAgeUnlessTold))
  }
  ending.push(startRetention({ sweep }, often, (error) => fault(error, "retention")))
  const registry = settings.demo === undefined ? kept : await openDemo(kept, settings.demo)
  all = registry
  return {
    ...storage,
    sweep: async () => void (await Promise.all([storage.sweep(), sweep()])),
    kept,
    registry,
    letters,
    names,
    required,
    revoked,
    states,
    audit: kept.audit,
    log,
  }
}
