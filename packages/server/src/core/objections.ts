/** What must be so in a registry whatever is changed: names that are unique, and references that lead somewhere. */
import { refuse, type Refusal } from "@doorstream/contract"
import type { Change, Kind, Kinds, Registry, SystemId } from "./ports.js"

type Asked = Pick<Registry, "find" | "findNamed" | "holderOf" | "list">

/** Fields that hold the id of another object, or a list of them. */
const references: { readonly [K in Kind]?: Readonly<Record<string, Kind>> } = {
  panel: { id: "cloudNode" },
  connection: { cloudNodeId: "cloudNode" },
  device: { cloudNodeId: "cloudNode", connectionId: "connection" },
  holder: { groups: "group" },
  rule: { groups: "group", holders: "holder", devices: "device" },
}

const markOf = (kind: Kind, system: SystemId, id: string): string => JSON.stringify([kind, system, id])

/** The registry as it will be. */
interface Planned {
  find<K extends Kind>(kind: K, system: SystemId, id: string): Kinds[K] | undefined
  /** Whether the object is changed, so that what is registered of it does not count. */
  isChanged(kind: Kind, system: SystemId, id: string): boolean
}

function plan(registry: Asked, changes: readonly Change[]): Planned {
  const planned = new Map(
    changes.map((change) => [markOf(change.kind, change.system, change.value.id), change]),
  )
  return {
    find: <K extends Kind>(kind: K, system: SystemId, id: string) => {
      const change = planned.get(markOf(kind, system, id))
      if (change === undefined) return registry.find(kind, system, id)
      return change.state === undefined ? (change.value as Kinds[K]) : undefined
    },
    isChanged: (kind, system, id) => planned.has(markOf(kind, system, id)),
  }
}

function missingReference({ kind, system, value }: Change, planned: Planned): Refusal | undefined {
  for (const [field, to] of Object.entries(references[kind] ?? {})) {
    const named = (value as unknown as Record<string, unknown>)[field] ?? []
    for (const id of Array.isArray(named) ? (named as string[]) : [named as string])
      if (planned.find(to, system, id) === undefined)
        return refuse("reference_unknown", `${field} names ${id}.`)
  }
  return undefined
}

/** Says what is there twice among the changes and in the registry; a value by which to compare, or none. */
function openUnique(say: (word: string) => Refusal) {
  const taken = new Map<string, string>()
  return (scope: string, word: string | undefined, id: string, holder: string | undefined) => {
    if (word === undefined) return undefined
    const mark = JSON.stringify([scope, word])
    const by = taken.get(mark) ?? holder
    taken.set(mark, id)
    return by === undefined || by === id ? undefined : say(word)
  }
}

/**
 * What is to be objected to changes that are made together, in a registry that holds what must be so.
 *
 * @returns `external_id_taken`, `serial_number_taken` or `reference_unknown`, for the first that is met
 */
export function objectionTo(changes: readonly Change[], registry: Asked): Refusal | undefined {
  const planned = plan(registry, changes)
  const names = openUnique((word) => refuse("external_id_taken", `It is ${JSON.stringify(word)}.`))
  const serials = openUnique((word) => refuse("serial_number_taken", `It is ${JSON.stringify(word)}.`))
  const objectionToCards = openCards(registry, planned, names)
  for (const change of changes) {
    const { kind, system, value, state } = change
    if (state !== undefined) continue
    const externalId = "externalId" in value ? value.externalId : undefined
    const named = externalId === undefined ? undefined : registry.findNamed(kind, system, externalId)
    const free = named === undefined || planned.isChanged(kind, system, named.id)
    const objection =
      names(`${kind} ${system}`, externalId, value.id, free ? undefined : named.id) ??
      (kind === "cloudNode"
        ? serials(system, value.serialNumber, value.id, holderOfSerial(registry, planned, system, value))
        : undefined) ??
      (kind === "holder" ? objectionToCards(system, value) : undefined) ??
      missingReference(change, planned)
    if (objection !== undefined) return objection
  }
  return undefined
}

/** A credential stands in its holder, so its name is looked for there. */
function openCards(registry: Asked, planned: Planned, names: ReturnType<typeof openUnique>) {
  const takenBy = (system: SystemId, externalId: string): string | undefined => {
    const carrier = registry.holderOf(system, { credentialId: externalId })
    if (carrier === undefined || planned.isChanged("holder", system, carrier.id)) return undefined
    return carrier.credentials.find((each) => each.externalId === externalId)?.id
  }
  return (system: SystemId, { credentials }: Kinds["holder"]): Refusal | undefined => {
    for (const { id, externalId } of credentials) {
      const taken = externalId === undefined ? undefined : takenBy(system, externalId)
      const objection = names(`credential ${system}`, externalId, id, taken)
      if (objection !== undefined) return objection
    }
    return undefined
  }
}

const holderOfSerial = (
  registry: Asked,
  planned: Planned,
  system: SystemId,
  { serialNumber }: Kinds["cloudNode"],
): string | undefined =>
  registry
    .list("cloudNode", system)
    .find((node) => node.serialNumber === serialNumber && !planned.isChanged("cloudNode", system, node.id))
    ?.id
