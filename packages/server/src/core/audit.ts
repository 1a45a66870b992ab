/**
 * The audit: what is told of each change and command, and by whom it was made. It must not know where it is kept. What is
 * told of people is their ids and nothing else, so that nobody who is erased has to be looked for here.
 */
import type { Refusal } from "@doorstream/contract"
import { boundsOf } from "./grants.js"
import type { Author, Change, Milliseconds, Registry, SystemId } from "./ports.js"

/** One thing that was done. */
export interface Deed {
  /** What kind of thing it was done to, and what was done: `holder.erased`, `client.created`, `keys.rotated`. */
  readonly what: string
  /** The id of that thing. */
  readonly id: string
  /** What a system is called, and what an API client may do, from then on; what a command was told besides. */
  readonly now?: object
}

/** What was done at once. */
export interface Audited {
  readonly at: Milliseconds
  readonly by: Author
  /** The system to which it was done; it is left out where it was done to the house. */
  readonly system?: SystemId
  /** What was asked for comes first, then what it took along; not more than a hundred of them. */
  readonly deeds: readonly Deed[]
  /** How many deeds are not told one by one. */
  readonly more?: number
}

export interface AuditRecord extends Audited {
  /** 1, 2, 3, … without holes. */
  readonly number: number
}

/** Which records to read. */
export interface AuditQuery {
  readonly system?: string | undefined
  /** The id or the name of who did it. */
  readonly who?: string | undefined
  /** What was done, such as `holder.erased`; `holder` stands for whatever was done to one. */
  readonly what?: string | undefined
  readonly since?: Milliseconds | undefined
  readonly until?: Milliseconds | undefined
  /** The newest that are older than this number, the newest first; or the oldest that are newer, the oldest first. */
  readonly from: { readonly before: number } | { readonly after: number }
  readonly most: number
}

export interface AuditPage {
  readonly records: readonly AuditRecord[]
  /** From where to read on, in the same direction; null where nothing is left. */
  readonly next: number | null
}

export interface Audit {
  read(query: AuditQuery): AuditPage
  /** Forgets what is older, but for the newest record, so that no number is given twice. */
  forget(before: Milliseconds): Promise<void>
}

/** Tells of what was done, and resolves when that is flushed to disk, or says why it could not be told. */
export type TellAudit = (audited: Audited) => Promise<Refusal | undefined>

const mostDeeds = 100

/** What of a thing is worth telling beside its id; nothing of a person is. */
function tell({ kind, value, state }: Change): Pick<Deed, "now"> {
  if (state !== undefined) return {}
  if (kind === "system") return { now: { name: value.name } }
  if (kind !== "client") return {}
  const { name, scopes, systems } = value
  return { now: { name, scopes, systems, ...boundsOf(value) } }
}

function deedOf(change: Change, registry: Pick<Registry, "find">): Deed {
  const { kind, system, value, state } = change
  const isNew = registry.find(kind, system, value.id) === undefined
  return { what: `${kind}.${state ?? (isNew ? "created" : "changed")}`, id: value.id, ...tell(change) }
}

const countMore = (deeds: number): Pick<Audited, "more"> =>
  deeds > mostDeeds ? { more: deeds - mostDeeds } : {}

/**
 * Tells of changes. The last of them counts as what was asked for: what a removal takes along stands before it.
 *
 * @param registry as it was before them
 * @param system the one that is changed, or is itself made, named anew or removed
 */
export function auditOf(
  by: Author,
  at: Milliseconds,
  system: SystemId | undefined,
  changes: readonly Change[],
  registry: Pick<Registry, "find">,
): Audited {
  const told = changes.toReversed().slice(0, mostDeeds)
  const deeds = told.map((change) => deedOf(change, registry))
  return { at, by, ...(system === undefined ? {} : { system }), deeds, ...countMore(changes.length) }
}

/** Whether a record is one that was asked for. */
export function isAskedFor({ at, by, system, deeds }: Audited, query: AuditQuery): boolean {
  const { what, who, since = 0, until = Infinity } = query
  return (
    (query.system === undefined || system === query.system) &&
    (who === undefined || who === by.id || who === by.name) &&
    (what === undefined || deeds.some((deed) => deed.what === what || deed.what.startsWith(`${what}.`))) &&
    at >= since &&
    at <= until
  )
}
