/** A system as the file of a building that would make it again. It must not know in what notation that is written. */
import { cardAsRest, nouns, type BuildingFile, type Listed, type NounName } from "@doorstream/contract"
import type { KeptHolder, Registry, SystemId } from "./ports.js"

type Asked = Pick<Registry, "find" | "list">

const isPlain = (value: unknown, otherwise: unknown): boolean =>
  value === undefined || JSON.stringify(value) === JSON.stringify(otherwise)

/** What an id is written as: the name that its user gave, where there is one. */
const namesIn =
  (registry: Asked, system: SystemId) =>
  (kind: "connection" | "device" | "group" | "holder", id: string): string =>
    registry.find(kind, system, id)?.externalId ?? id

/** The fields that somebody wrote, without those that are as they would be unless told. */
function fieldsOf(noun: NounName, value: object, nameOf: ReturnType<typeof namesIn>): Listed {
  const entity = value as Readonly<Record<string, unknown>>
  const told = Object.entries(nouns[noun]).flatMap(([key, field]) => {
    const kept = entity[field.keptAs ?? key]
    if (field.writeOnly === true || isPlain(kept, field.otherwise)) return []
    const kind = field.is === "list" ? field.of : field
    if (kind.is === "cardText") return [[key, cardAsRest(kept as string)]]
    if (kind.is !== "reference") return [[key, kept]]
    const named = (id: string): string => nameOf(kind.to as "group", id)
    return [[key, Array.isArray(kept) ? kept.map(named) : named(kept as string)]]
  })
  const id = entity["externalId"] === undefined && noun !== "credential" ? { id: entity["id"] } : {}
  return { ...id, ...Object.fromEntries(told) }
}

/** A list that has nothing in it is left out. */
const unlessEmpty = <K extends string, T>(key: K, list: readonly T[]): { readonly [E in K]?: readonly T[] } =>
  (list.length === 0 ? {} : { [key]: list }) as { readonly [E in K]?: readonly T[] }

/** Applied to the same system, the file changes nothing. PINs and keys of panels are not in it. */
export function exportBuilding(registry: Asked, system: SystemId): BuildingFile {
  const nameOf = namesIn(registry, system)
  const listOf = (noun: "group" | "rule") =>
    registry.list(noun, system).map((value) => fieldsOf(noun, value, nameOf))
  const holderOf = (holder: KeptHolder) => ({
    ...fieldsOf("holder", holder, nameOf),
    ...unlessEmpty(
      "credentials",
      holder.credentials.map((card) => fieldsOf("credential", card, nameOf)),
    ),
  })
  const behind = (noun: "connection" | "device", nodeId: string) =>
    registry
      .list(noun, system)
      .filter(({ cloudNodeId }) => cloudNodeId === nodeId)
      .map((value) => fieldsOf(noun, value, nameOf))
  const cloudNodes = registry.list("cloudNode", system).map((node) => ({
    ...fieldsOf("cloudNode", node, nameOf),
    ...unlessEmpty("connections", behind("connection", node.id)),
    ...unlessEmpty("devices", behind("device", node.id)),
  }))
  return {
    ...unlessEmpty("groups", listOf("group")),
    ...unlessEmpty("holders", registry.list("holder", system).map(holderOf)),
    ...unlessEmpty("cloudNodes", cloudNodes),
    ...unlessEmpty("rules", listOf("rule")),
  }
}
