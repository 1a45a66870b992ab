/** What a server keeps: the log and the registry on one folder, as everybody else meets them. */
import type { Meter } from "./core/meter.js"
import type { Log, Milliseconds, Registry } from "./core/ports.js"
import type { Folder } from "./log/embedded/folder.js"
import { meterLog } from "./observing.js"
import { redactLog } from "./redacting.js"
import { openDemo } from "./registry/demo.js"
import { embeddedRegistry } from "./registry/embedded.js"
import type { Logger, ServerSettings } from "./settings.js"
import { openStorage, type Storage } from "./storage.js"
import { traceLog } from "./tracing.js"

export interface Kept extends Omit<Storage, "log"> {
  /** Measured and traced; tells nothing of holders who were erased. */
  readonly log: Log
  /** In a demo, with its API client. */
  readonly registry: Registry
  /** As it is on disk. */
  readonly kept: Registry
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

export async function openKept(parts: KeepingParts, sweepEvery?: Milliseconds): Promise<Kept> {
  const { settings, folder, meter } = parts
  const storage = await openStorage(parts, sweepEvery)
  const written = traceLog(meterLog(storage.log, meter))
  const kept = embeddedRegistry(folder, ({ system, entries }, beside) =>
    written.append(system, entries, beside),
  )
  const registry = settings.demo === undefined ? kept : await openDemo(kept, settings.demo)
  return { ...storage, kept, registry, log: redactLog(written, registry) }
}
