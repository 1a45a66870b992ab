/**
 * A log that tells nothing personal of holders who were erased: what is read is redacted at once, and what comes late
 * about them is redacted before it is kept.
 */
import { tellsOfHolder, withoutErased, type TopicName } from "@doorstream/contract"
import type { Log, Registry } from "./core/ports.js"

type Erased = ReadonlySet<string>

/** Costs nothing for a system where nobody was erased. */
function redact<E extends { readonly topic: TopicName; readonly text: string }>(event: E, erased: Erased): E {
  if (event.text === "" || !tellsOfHolder(event.topic)) return event
  const told = JSON.parse(event.text) as object
  const kept = withoutErased(event.topic, told, (id) => erased.has(id))
  return kept === told ? event : { ...event, text: JSON.stringify(kept) }
}

export function redactLog<L extends Log>(log: L, registry: Pick<Registry, "erased">): L {
  const append: Log["append"] = (system, entries, beside) => {
    const erased = registry.erased(system)
    if (erased.size === 0) return log.append(system, entries, beside)
    const redacted = entries.map((entry) => ({
      ...entry,
      events: entry.events.map((event) => redact(event, erased)),
    }))
    return log.append(system, redacted, beside)
  }
  const read: Log["read"] = async (system, from, bounds) => {
    const page = await log.read(system, from, bounds)
    const erased = registry.erased(system)
    return erased.size === 0 ? page : { ...page, rows: page.rows.map((row) => redact(row, erased)) }
  }
  return { ...log, append, read }
}
