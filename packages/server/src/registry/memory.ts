/** All that a registry knows, in memory and ready to be asked. Knows nothing of where it is kept. */
import type { Change, Kind, Kinds, Registry, SystemId } from "../core/ports.js"
import { openCarriers, type Carriers } from "./carriers.js"
import { openSerials } from "./serials.js"

/** Says which thing was registered when: 1, 2, 3, … It keeps its number when it changes. */
export type Numbered = readonly [number: number, change: Change]

export interface Memory extends Omit<Registry, "put" | "change"> {
  /** Numbers changes without making them. */
  number(changes: readonly Change[]): Numbered[]
  /** Makes a change. Things must come in the order of their numbers when they come for the first time. */
  put(numbered: Numbered): void
  /** The numbers of all that stands or stood in a system. */
  numbersIn(system: SystemId): readonly number[]
}

type Things = { [K in Kind]: Map<SystemId, Map<string, Kinds[K]>> }

const noThings = (): Things => ({
  system: new Map(),
  client: new Map(),
  cloudNode: new Map(),
  panel: new Map(),
  presence: new Map(),
  sync: new Map(),
  connection: new Map(),
  device: new Map(),
  holder: new Map(),
  group: new Map(),
  rule: new Map(),
})

const kinds = Object.keys(noThings()) as Kind[]

export function openMemory(): Memory {
  const shelves = openShelves()
  const { things, gone, numbers, carriers, names, panels, serials } = shelves
  let last = 0
  const erased = openErased()

  const find = finder(things)
  const findGone = finder(gone)
  const findEver: Memory["findEver"] = (...asked) => find(...asked) ?? findGone(...asked)
  const whole = openWhole(shelves)

  return {
    find,
    findEver,
    findNamed: (kind, system, externalId) => find(kind, system, names.find(kind, system, externalId) ?? ""),
    findNamedEver: (kind, system, externalId) =>
      findEver(kind, system, names.findEver(kind, system, externalId) ?? ""),
    list: (kind, system) => [...(things[kind].get(system)?.values() ?? [])],
    holderOf: carriers.find,
    cloudNodeWith: serials.finder(findEver),
    panelWith: panels.find,
    erased: erased.of,
    number: (changes) => numbered(changes, numbers, last),
    numbersIn: whole.numbers,
    put([number, change]) {
      const { kind, system, value } = change
      const isRemoved = change.state !== undefined
      for (const index of [names, serials]) index.replace(change, findEver(kind, system, value.id))
      carriers.hear(number, change, find("holder", system, value.id))
      panels.replace(change, find("panel", system, value.id))
      erased.hear(change)
      numbers.set(nameOf(change), number)
      last = Math.max(last, number)
      if (kind === "system" && isRemoved) whole.forget(value.id)
      keep(isRemoved ? gone : things, change)
      drop(isRemoved ? things : gone, change)
    },
  }
}

const finder =
  (things: Things): Memory["find"] =>
  (kind, system, id) =>
    things[kind].get(system)?.get(id)

/** What is new gets the numbers after the last. */
function numbered(
  changes: readonly Change[],
  numbers: ReadonlyMap<string, number>,
  last: number,
): Numbered[] {
  const fresh = new Map<string, number>()
  return changes.map((change) => {
    const name = nameOf(change)
    const number = numbers.get(name) ?? fresh.get(name) ?? last + fresh.size + 1
    if (!numbers.has(name)) fresh.set(name, number)
    return [number, change]
  })
}

interface Shelves {
  /** What is there, and what was removed. */
  readonly things: Things
  readonly gone: Things
  readonly numbers: Map<string, number>
  readonly carriers: Carriers
  readonly names: ReturnType<typeof openNames>
  readonly panels: ReturnType<typeof openPanels>
  readonly serials: ReturnType<typeof openSerials>
}

const openShelves = (): Shelves => ({
  things: noThings(),
  gone: noThings(),
  numbers: new Map(),
  carriers: openCarriers(),
  names: openNames(),
  panels: openPanels(),
  serials: openSerials(),
})

/** A system as a whole. Unlike what is removed by itself, what goes with its system leaves nothing behind. */
function openWhole({ things, gone, numbers, carriers, names, panels, serials }: Shelves) {
  const inSystem = (system: SystemId): Change[] =>
    kinds.flatMap((kind) =>
      [things, gone].flatMap((all) =>
        [...(all[kind].get(system)?.values() ?? [])].map((value) => ({ kind, system, value }) as Change),
      ),
    )
  const numberOf = (change: Change): number => numbers.get(nameOf(change))!
  return {
    numbers: (system: SystemId) => inSystem(system).map(numberOf),
    forget(system: SystemId): void {
      for (const change of inSystem(system)) {
        const { kind, value } = change
        names.forget(change)
        serials.forget(change)
        if (kind === "panel") panels.replace({ ...change, state: "removed" }, value)
        if (kind === "holder") carriers.hear(numberOf(change), { ...change, state: "removed" }, value)
        numbers.delete(nameOf(change))
      }
      for (const kind of kinds) for (const all of [things, gone]) all[kind].delete(system)
    },
  }
}

const nobody: ReadonlySet<string> = new Set()

/** The holders who were erased, by their systems. */
function openErased() {
  const bySystem = new Map<SystemId, Set<string>>()
  return {
    of: (system: SystemId): ReadonlySet<string> => bySystem.get(system) ?? nobody,
    hear({ kind, system, value, state }: Change): void {
      if (state === "erased") bySystem.set(system, new Set(bySystem.get(system)).add(value.id))
      if (kind === "system" && state === "removed") bySystem.delete(value.id)
    },
  }
}

/** The ids of things by the names that their users gave them. */
function openNames() {
  const ids = new Map<string, string>()
  /** Of what was removed under a name; nothing is remembered of who was erased. */
  const former = new Map<string, string>()
  const find = (kind: Kind, system: SystemId, externalId: string) => ids.get(markOf(kind, system, externalId))

  /** Under which names something was known, however it is now. */
  const forget = ({ kind, system, value }: Change, known: object | undefined = value): void => {
    const old = externalIdOf(known)
    for (const names of [ids, former])
      if (old !== undefined && names.get(markOf(kind, system, old)) === value.id)
        names.delete(markOf(kind, system, old))
  }

  return {
    find,
    forget,
    findEver: (kind: Kind, system: SystemId, externalId: string) =>
      find(kind, system, externalId) ?? former.get(markOf(kind, system, externalId)),
    replace(change: Change, before: object | undefined): void {
      const { kind, system, value, state } = change
      if (before !== undefined) forget(change, before)
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
