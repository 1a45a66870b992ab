/** What goes with an object of the registry when it is removed, and what is left of a holder who is erased. */
import { erasedName, refuse, type Refusal } from "@doorstream/contract"
import type { Change, Kind, Registry, SystemId } from "./ports.js"

type Asked = Pick<Registry, "find" | "findEver" | "list">

const without = (ids: readonly string[], gone: ReadonlySet<string>): readonly string[] =>
  ids.filter((id) => !gone.has(id))

const mentions = (ids: readonly string[], gone: ReadonlySet<string>): boolean =>
  ids.some((id) => gone.has(id))

const removed = <K extends Kind>(
  kind: K,
  system: SystemId,
  value: Extract<Change, { kind: K }>["value"],
): Change => ({ kind, system, value, state: "removed" }) as Change

/** What was told of a cloud node's being there and being synced, which has an end when its panel goes. */
function told(registry: Asked, system: SystemId, id: string): Change[] {
  const presence = registry.find("presence", system, id)
  const sync = registry.find("sync", system, id)
  return [
    ...(presence === undefined ? [] : [removed("presence", system, presence)]),
    ...(sync === undefined ? [] : [removed("sync", system, sync)]),
  ]
}

/** What hangs on a cloud node, on its panel, or on a connection of it. */
function behind(registry: Asked, system: SystemId, kind: Kind, id: string): Change[] {
  if (kind === "panel") return told(registry, system, id)
  if (kind !== "cloudNode" && kind !== "connection") return []
  const key = kind === "cloudNode" ? "cloudNodeId" : "connectionId"
  const devices = registry.list("device", system).filter((device) => device[key] === id)
  const removals = devices.map((device) => removed("device", system, device))
  if (kind === "connection") return removals
  const connections = registry.list("connection", system).filter(({ cloudNodeId }) => cloudNodeId === id)
  const panel = registry.find("panel", system, id)
  return [
    ...told(registry, system, id),
    ...(panel === undefined ? [] : [removed("panel", system, panel)]),
    ...removals,
    ...connections.map((connection) => removed("connection", system, connection)),
  ]
}

/** Rules and holders that name what goes, without it. */
function letGo(registry: Asked, system: SystemId, gone: ReadonlySet<string>): Change[] {
  const rules = registry
    .list("rule", system)
    .filter(({ groups, holders, devices }) => [groups, holders, devices].some((ids) => mentions(ids, gone)))
    .map((rule) => ({
      ...rule,
      groups: without(rule.groups, gone),
      holders: without(rule.holders, gone),
      devices: without(rule.devices, gone),
    }))
  const holders = registry
    .list("holder", system)
    .filter(({ id, groups = [] }) => !gone.has(id) && mentions(groups, gone))
    .map((holder) => ({ ...holder, groups: without(holder.groups ?? [], gone) }))
  return [
    ...rules.map((value): Change => ({ kind: "rule", system, value })),
    ...holders.map((value): Change => ({ kind: "holder", system, value })),
  ]
}

/**
 * The changes that remove an object: with what hangs on it, and out of what names it. A rule that named only what goes
 * stays, and is for nobody then.
 *
 * @returns undefined where there is no such object
 */
export function removalOf(
  registry: Asked,
  system: SystemId,
  kind: Exclude<Kind, "system" | "client">,
  id: string,
): readonly Change[] | undefined {
  const value = registry.find(kind, system, id)
  if (value === undefined) return undefined
  const removals = [...behind(registry, system, kind, id), removed(kind, system, value)]
  const gone = new Set(
    kind === "panel" || kind === "presence" || kind === "sync"
      ? []
      : removals.map((change) => change.value.id),
  )
  return [...letGo(registry, system, gone), ...removals]
}

/**
 * The changes that erase a holder, one who was removed before too: nothing personal is kept of them, and what the log
 * says of them is redacted on reading.
 *
 * @returns `holder_unknown` where there never was such a holder
 */
export function erasureOf(registry: Asked, system: SystemId, id: string): readonly Change[] | Refusal {
  if (registry.findEver("holder", system, id) === undefined)
    return refuse("holder_unknown", `This one is ${id}.`)
  const value = {
    id,
    firstName: erasedName,
    lastName: "",
    enabled: false,
    activeDate: null,
    expireDate: null,
    credentials: [],
  }
  return [...letGo(registry, system, new Set([id])), { kind: "holder", system, value, state: "erased" }]
}
