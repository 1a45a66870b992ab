/** What comes in, and by which doors: the intake, and the node link before it. */
import { randomUUID } from "node:crypto"
import { isRefusal } from "@doorstream/contract"
import { commandLife } from "./core/commands.js"
import { openChanged } from "./core/changed.js"
import type { DeadLetters } from "./core/letters.js"
import type { Meter } from "./core/meter.js"
import type { Places } from "./core/allowance.js"
import type { AcceptReports, ChangeSystem, Log, Milliseconds, Registry } from "./core/ports.js"
import type { AddressOf } from "./http/front/addresses.js"
import { openIntake } from "./intake/accept.js"
import { openChanges } from "./intake/change.js"
import { openPresence } from "./intake/presence.js"
import { openTrail } from "./intake/trail.js"
import { openSyncs } from "./intake/sync.js"
import { openLink, type Link } from "./link/link.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"
import type { Storage } from "./storage.js"
import { newSecret } from "./tokens/secrets.js"
import { traceIntake } from "./tracing.js"

/** For how long nothing may be heard of a cloud node, unless the settings say (PROTOCOL §16). */
const silence: Milliseconds = 30_000

/** How long a link may take to prove its key. */
const proveWithin: Milliseconds = 10_000

const reportsPerSecond = 200

/** For how long nothing may change before cloud nodes are synced: what a script writes one by one is one sync. */
const syncQuiet: Milliseconds = 1000

interface LinkingParts {
  readonly registry: Registry
  readonly log: Log
  readonly spend: Storage["spend"]
  readonly places: Places
  readonly addressOf: AddressOf
  readonly meter: Meter
  readonly now: () => Milliseconds
  readonly logger: Logger
  readonly fault: (fault: unknown, what: string) => void
  readonly letters: Pick<DeadLetters, "keep">
  readonly hearClock: Parameters<typeof openIntake>[0]["hearClock"]
}

export interface Linking {
  readonly link: Link
  readonly accept: AcceptReports
  /** Changes a system, ends the links of panels that go, and has cloud nodes synced. */
  readonly change: ChangeSystem
}

/** Opens the intake, however a report or a change comes, and the node link before it. */
export function openLinking(parts: LinkingParts, settings: ServerSettings, options: ServerOptions): Linking {
  const { registry, now, logger } = parts
  const accept = traceIntake(openIntake({ ...parts, freshId: randomUUID }))
  const changed = openChanged()
  const change = openChanges({ registry, now, freshId: randomUUID, changed })
  const link = openLink({
    ...parts,
    accept,
    change,
    silence: settings.nodes?.silence ?? silence,
    reportsPerSecond: settings.nodes?.reportsPerSecond ?? reportsPerSecond,
    proveWithin: options.proveWithin ?? proveWithin,
    tellPresence: openPresence(registry, now),
    tellAudit: openTrail(parts),
    commandLife: options.commandLife ?? commandLife,
    tellSync: openSyncs(registry, now),
    changed,
    syncQuiet: options.syncQuiet ?? syncQuiet,
    freshId: randomUUID,
    newKey: newSecret,
    clock: () => performance.now(),
    told: (fate) => logger.info(fate, "a node link has ended"),
  })
  return { link, accept, change: heedChanges(change, link) }
}

function heedChanges(change: ChangeSystem, link: Link): ChangeSystem {
  return async (system, by, decide) => {
    let gone: readonly string[] = []
    const answer = await change(system, by, () => {
      const decided = decide()
      if (!isRefusal(decided))
        gone = decided.changes
          .filter(({ kind, state }) => kind === "panel" && state !== undefined)
          .map(({ value }) => value.id)
      return decided
    })
    for (const id of gone) link.unregister(system, id)
    link.heed(system)
    return answer
  }
}
