/**
 * Which cloud nodes must be synced after changes of the registry, and what is told of that: in the same write as the
 * changes. It must not know how a cloud node is synced. PROTOCOL §18.
 */
import { composeSync } from "./compose.js"
import { concernedBy, isSynced, nodeOfIn, viewFor, type NodeOf, type Thing } from "./known.js"
import type { Change, Entry, Milliseconds, Registry, SystemId } from "./ports.js"
import { meetChange } from "./sync.js"

type Asked = Pick<Registry, "find" | "findEver" | "list">

/** One object before and after a change. */
interface Turn {
  readonly before: Thing | undefined
  readonly after: Thing | undefined
}

const turnOf = ({ kind, system, value, state }: Change, registry: Asked): Turn | undefined => {
  if (!isSynced(kind)) return undefined
  const known = registry.find(kind, system, value.id)
  return {
    before: known && { kind, value: known },
    after: state === undefined ? ({ kind, value } as Thing) : undefined,
  }
}

/** Where a device belongs, one that is made by these changes too. */
function nodeOfAfter(changes: readonly Change[], registry: Asked, system: SystemId): NodeOf {
  const made = new Map(
    changes.flatMap(({ kind, value }) => (kind === "device" ? [[value.id, value.cloudNodeId] as const] : [])),
  )
  const known = nodeOfIn(registry, system)
  return (id) => known(id) ?? made.get(id)
}

/** Which of these cloud nodes must hear of it. */
function concerned({ before, after }: Turn, nodes: ReadonlySet<string>, nodeOf: NodeOf): readonly string[] {
  const things = [before, after].filter((thing) => thing !== undefined)
  const sets = things.map((thing) => concernedBy(thing, nodeOf))
  const view = (thing: Thing | undefined, node: string): string =>
    JSON.stringify(thing && viewFor(node, thing, nodeOf)) ?? ""
  const differs = (node: string): boolean => view(before, node) !== view(after, node)
  // What is for all looks alike to all.
  if (sets.includes(undefined)) {
    const [first] = nodes
    return first !== undefined && differs(first) ? [...nodes] : []
  }
  return [...new Set(sets.flatMap((ids) => [...(ids ?? [])]))].filter((id) => nodes.has(id) && differs(id))
}

/** Cloud nodes with panels that are not known to be in want of a sync. */
function openSatisfied(changes: readonly Change[], registry: Asked, system: SystemId): Set<string> {
  const isLeaving = new Set(
    changes.flatMap(({ kind, value, state }) => (kind === "panel" && state !== undefined ? [value.id] : [])),
  )
  return new Set(
    registry
      .list("sync", system)
      .filter(({ id, status }) => status !== "pending" && !isLeaving.has(id))
      .map(({ id }) => id),
  )
}

function findUnsynced(changes: readonly Change[], registry: Asked, system: SystemId): readonly string[] {
  const satisfied = openSatisfied(changes, registry, system)
  const nodeOf = nodeOfAfter(changes, registry, system)
  const unsynced = changes.flatMap(({ kind, value, state }) =>
    kind === "panel" && state === undefined && registry.find("panel", system, value.id) === undefined
      ? [value.id]
      : [],
  )
  for (const change of changes) {
    const turn = turnOf(change, registry)
    if (turn === undefined) continue
    if (satisfied.size === 0) break
    for (const id of concerned(turn, satisfied, nodeOf)) {
      satisfied.delete(id)
      unsynced.push(id)
    }
  }
  return unsynced
}

const serialNumberOf = (changes: readonly Change[], registry: Asked, system: SystemId, id: string): string =>
  changes.flatMap(({ kind, value }) =>
    kind === "panel" && value.id === id ? [value.serialNumber] : [],
  )[0] ??
  registry.find("panel", system, id)?.serialNumber ??
  ""

/**
 * What changes mean for the syncs of a system's cloud nodes: more changes, and what is told of them.
 *
 * @param registry as it was before the changes
 */
export function unsyncedBy(
  changes: readonly Change[],
  registry: Asked,
  system: SystemId,
  now: Milliseconds,
): { readonly changes: readonly Change[]; readonly entries: readonly Entry[] } {
  const more: Change[] = []
  const entries: Entry[] = []
  for (const id of findUnsynced(changes, registry, system)) {
    const { sync, say } = meetChange(registry.find("sync", system, id), id, now)
    more.push({ kind: "sync", system, value: sync })
    const panelSn = serialNumberOf(changes, registry, system, id)
    const details = { dataFlowStatus: "Pending", timestamp: now } as const
    if (say !== undefined)
      entries.push({
        reportId: "",
        received: now,
        events: composeSync("sync.not_synced", system, panelSn, details),
      })
  }
  return { changes: more, entries }
}
