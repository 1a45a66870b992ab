/** The node link among the other rooms: what it is given of them, and what its ending waits for. */
import { isRefusal } from "@doorstream/contract"
import type { Meter } from "./core/meter.js"
import type { AcceptReports, ChangeSystem, Milliseconds, Places, Registry } from "./core/ports.js"
import type { AddressOf } from "./http/front/addresses.js"
import { openPresence } from "./intake/presence.js"
import { openLink, type Link } from "./link/link.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"
import { newSecret } from "./tokens/secrets.js"

/** For how long nothing may be heard of a cloud node, unless the settings say (PROTOCOL §15). */
const silence: Milliseconds = 30_000

/** How long a link may take to prove its key. */
const proveWithin: Milliseconds = 10_000

const reportsPerSecond = 200

interface LinkingParts {
  readonly registry: Registry
  readonly accept: AcceptReports
  readonly change: ChangeSystem
  readonly places: Places
  readonly addressOf: AddressOf
  readonly meter: Meter
  readonly now: () => Milliseconds
  readonly logger: Logger
  readonly fault: (fault: unknown, what: string) => void
}

export interface Linking {
  readonly link: Link
  /** Changes a system, and ends the links of panels that go. */
  readonly change: ChangeSystem
}

export function openLinking(
  { logger, ...parts }: LinkingParts,
  settings: ServerSettings,
  options: ServerOptions,
): Linking {
  const link = openLink({
    ...parts,
    silence: settings.nodes?.silence ?? silence,
    reportsPerSecond: settings.nodes?.reportsPerSecond ?? reportsPerSecond,
    proveWithin: options.proveWithin ?? proveWithin,
    tellPresence: openPresence(parts.registry, parts.now),
    newKey: newSecret,
    clock: () => performance.now(),
    told: (fate) => logger.info(fate, "a node link has ended"),
  })
  return { link, change: endLinks(parts.change, link) }
}

function endLinks(change: ChangeSystem, link: Link): ChangeSystem {
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
    return answer
  }
}
