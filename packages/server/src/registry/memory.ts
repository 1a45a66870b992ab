/** All that a registry knows, in memory and ready to be asked. Knows nothing of where it is kept. */
import type { Change, Kind, Kinds, Registry, SystemId } from "../core/ports.js"
import { openCarriers } from "./carriers.js"

/** Says which thing was registered when: 1, 2, 3, … It keeps its number when it changes. */
export type Numbered = readonly [number: number, change: Change]

export interface Memory extends Omit<Registry, "put" | "change"> {
  /** Numbers changes without making them. */
  number(changes: readonly Change[]): Numbered[]
  /** Makes a change. Things must come in the order of their numbers when they come for the first time. */
  put(numbered: Numbered): void
}

type Things = { [K in Kind]: Map<SystemId, Map<string, Kinds[K]>> }

const noThings = (): Things => ({
  system: new Map(),
  client: new Map(),
  cloudNode: new Map(),
  panel: new Map(),
  presence: new Map(),
  connection: new Map(),
  device: new Map(),
  holder: new Map(),
  group: new Map(),
  rule: new Map(),
})

export function openMemory(): Memory {
  const things = noThings()
  /** What was removed. */
  const gone = noThings()
  const numbers = new Map<string, number>()
  const carriers = openCarriers()
  const names = openNames()
  const panels = openPanels()
  const erased = new Map<SystemId, Set<string>>()

  const find: Memory["find"] = (kind, system, id) => things[kind].get(system)?.get(id)
  const findEver: Memory["findEver"] = (kind, system, id) =>
    find(kind, system, id) ?? gone[kind].get(system)?.get(id)

  return {
    find,
    findEver,
    findNamed: (kind, system, externalId) => find(kind, system, names.find(kind, system, externalId) ?? ""),
    findNamedEver: (kind, system, externalId) =>
      findEver(kind, system, names.findEver(kind, system, externalId) ?? ""),
    list: (kind, system) => [...(things[kind].get(system)?.values() ?? [])],
    holderOf: carriers.find,
    panelWith: panels.find,
    erased: (system) => erased.get(system) ?? nobody,
    number: (changes) => numberAll(changes, numbers),
    put([number, change]) {
      const { kind, system, value, state } = change
      const isRemoved = state !== undefined
      names.replace(change, findEver(kind, system, value.id))
      if (kind === "holder")
        carriers.replace(system, number, find("holder", system, value.id), isRemoved ? undefined : value)
      panels.replace(change, find("panel", system, value.id))
      if (state === "erased") erased.set(system, new Set(erased.get(system)).add(value.id))
      numbers.set(nameOf(change), number)
      keep(isRemoved ? gone : things, change)
      drop(isRemoved ? things : gone, change)
    },
  }
}

function numberAll(changes: readonly Change[], numbers: ReadonlyMap<string, number>): Numbered[] {
  const fresh = new Map<string, number>()
  return changes.map((change) => {
    const name = nameOf(change)
    const number = numbers.get(name) ?? fresh.get(name) ?? numbers.size + fresh.size + 1
    if (!numbers.has(name)) fresh.set(name, number)
    return [number, change]
  })
}

const nobody: ReadonlySet<string> = new Set()

/** The ids of things by the names that their users gave them. */
function openNames() {
  const ids = new Map<string, string>()
  /** Of what was removed under a name; nothing is remembered of who was erased. */
  const former = new Map<string, string>()
  const find = (kind: Kind, system: SystemId, externalId: string) => ids.get(markOf(kind, system, externalId))

  return {
    find,
    findEver: (kind: Kind, system: SystemId, externalId: string) =>
      find(kind, system, externalId) ?? former.get(markOf(kind, system, externalId)),
    replace({ kind, system, value, state }: Change, before: object | undefined): void {
      const old = externalIdOf(before)
      for (const names of [ids, former])
        if (old !== undefined && names.get(markOf(kind, system, old)) === value.id)
          names.delete(markOf(kind, system, old))
      const now = state === "erased" ? undefined : externalIdOf(value)
      if (now !== undefined) (state === undefined ? ids : former).set(markOf(kind, system, now), value.id)
    },
  }
}

/** Panels by their serial numbers, of all systems. */
function openPanels() {
  const bySerial = new Map<string, { readonly system: SystemId; readonly panel: Kinds["panel"] }>()
  return {
    find: (serialNumber: string) => bySerial.get(serialNumber),
    replace({ kind, system, value, state }: Change, before: Kinds["panel"] | undefined): void {
      if (kind !== "panel") return
      if (before !== undefined) bySerial.delete(before.serialNumber)
      if (state === undefined) bySerial.set(value.serialNumber, { system, panel: value })
    },
  }
}

const externalIdOf = (value: object | undefined): string | undefined =>
  value !== undefined && "externalId" in value ? (value.externalId as string | undefined) : undefined

const markOf = (...words: readonly string[]): string => JSON.stringify(words)

const nameOf = ({ kind, system, value }: Change): string => markOf(kind, system, value.id)

function keep<K extends Kind>(
  things: Pick<Things, K>,
  { kind, system, value }: { kind: K; system: SystemId; value: Kinds[K] },
): void {
  const ofSystem = things[kind].get(system) ?? new Map<string, Kinds[K]>()
  things[kind].set(system, ofSystem.set(value.id, value))
}

const drop = (things: Things, { kind, system, value }: Change): void =>
  void things[kind].get(system)?.delete(value.id)
