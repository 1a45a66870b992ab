/**
 * What is remembered of listeners whose connections ended lately, for whoever asks who has heard something. It must not
 * know how that is judged. PROTOCOL §26.
 */
import type { Hearing } from "../core/inspecting.js"
import type { SystemId } from "../core/ports.js"

export interface Ended {
  remember(hearing: Hearing): void
  /** The oldest first. */
  of(system: SystemId): readonly Hearing[]
}

/** How many there are at most, of all systems. */
const most = 1000

const beginningOf = ({ topics }: Hearing): number => Math.min(...topics.values())

/** Whether a request goes on where the same listener's one before had come to: thousands of those are one hearing. */
const goesOn = (hearing: Hearing, before: Hearing): boolean =>
  before.view.key === hearing.view.key &&
  before.topics.size === hearing.topics.size &&
  [...hearing.topics.keys()].every((topic) => before.topics.has(topic)) &&
  beginningOf(hearing) === before.sentTo

const whoIs = ({ system, client, address }: Hearing): string => [system, client, address].join(" ")

export function openEnded(): Ended {
  const all = new Set<Hearing>()
  /** The last request of each who asks again and again. */
  const requests = new Map<string, Hearing>()

  const forget = (hearing: Hearing): void => {
    all.delete(hearing)
    if (requests.get(whoIs(hearing)) === hearing) requests.delete(whoIs(hearing))
  }
  const joined = (hearing: Hearing): Hearing => {
    const before = requests.get(whoIs(hearing))
    if (before === undefined || !goesOn(hearing, before)) return hearing
    forget(before)
    return { ...hearing, since: before.since, topics: before.topics }
  }
  return {
    remember: (hearing) => {
      // Who never subscribed has not missed anything either.
      if (hearing.topics.size === 0) return
      const kept = hearing.transport === "pull" ? joined(hearing) : hearing
      if (hearing.transport === "pull") requests.set(whoIs(hearing), kept)
      all.add(kept)
      const [oldest] = all
      if (all.size > most && oldest !== undefined) forget(oldest)
    },
    of: (system) => [...all].filter((hearing) => hearing.system === system),
  }
}
