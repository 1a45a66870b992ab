/** All that a registry knows, in memory and ready to be asked. Knows nothing of where it is kept. */
import type { Holder } from "@doorstream/contract"
import type { CardOrCredential, Change, Kind, Kinds, SystemId } from "../core/ports.js"

/** Says which thing was registered when: 1, 2, 3, … It keeps its number when it changes. */
export type Numbered = readonly [number: number, change: Change]

export interface Memory {
  find<K extends Kind>(kind: K, system: SystemId, id: string): Kinds[K] | undefined
  list<K extends Kind>(kind: K, system: SystemId): readonly Kinds[K][]
  holderOf(system: SystemId, card: CardOrCredential): Holder | undefined
  /** Numbers changes without making them. */
  number(changes: readonly Change[]): Numbered[]
  /** Makes a change. Things must come in the order of their numbers when they come for the first time. */
  put(numbered: Numbered): void
}

type Things = { [K in Kind]: Map<SystemId, Map<string, Kinds[K]>> }

export function openMemory(): Memory {
  const things: Things = {
    system: new Map(),
    client: new Map(),
    cloudNode: new Map(),
    connection: new Map(),
    device: new Map(),
    holder: new Map(),
  }
  const numbers = new Map<string, number>()
  const carriers = openCarriers()

  const find: Memory["find"] = (kind, system, id) => things[kind].get(system)?.get(id)

  return {
    find,
    list: (kind, system) => [...(things[kind].get(system)?.values() ?? [])],
    holderOf: carriers.find,
    number(changes) {
      const fresh = new Map<string, number>()
      return changes.map((change) => {
        const name = nameOf(change)
        const number = numbers.get(name) ?? fresh.get(name) ?? numbers.size + fresh.size + 1
        if (!numbers.has(name)) fresh.set(name, number)
        return [number, change]
      })
    },
    put([number, change]) {
      const { kind, system, value } = change
      if (kind === "holder") carriers.replace(system, number, find("holder", system, value.id), value)
      numbers.set(nameOf(change), number)
      keep(things, change)
    },
  }
}

const nameOf = ({ kind, system, value }: Change): string => JSON.stringify([kind, system, value.id])

function keep<K extends Kind>(
  things: Pick<Things, K>,
  { kind, system, value }: { kind: K; system: SystemId; value: Kinds[K] },
) {
  const ofSystem = things[kind].get(system) ?? new Map<string, Kinds[K]>()
  things[kind].set(system, ofSystem.set(value.id, value))
}

/** Who carries which credential. Should two carry the same, it is the one who was registered first. */
function openCarriers() {
  const byMark = new Map<string, Map<number, Holder>>()

  const carrierOf = (mark: string): Holder | undefined => {
    const carriers = byMark.get(mark)
    return carriers?.get(Math.min(...carriers.keys()))
  }

  return {
    find(system: SystemId, { credentialId, facilityCode, cardNumber }: CardOrCredential): Holder | undefined {
      const byId = credentialId === undefined ? undefined : carrierOf(credentialMark(system, credentialId))
      if (byId !== undefined || facilityCode === undefined || cardNumber === undefined) return byId
      return carrierOf(cardMark(system, facilityCode, cardNumber))
    },
    replace(system: SystemId, number: number, before: Holder | undefined, after: Holder): void {
      for (const mark of marksOf(system, before)) byMark.get(mark)?.delete(number)
      for (const mark of marksOf(system, after)) {
        byMark.set(mark, (byMark.get(mark) ?? new Map<number, Holder>()).set(number, after))
      }
    },
  }
}

const credentialMark = (system: SystemId, id: string): string => JSON.stringify([system, id])
const cardMark = (system: SystemId, facilityCode: string, cardNumber: string): string =>
  JSON.stringify([system, facilityCode, cardNumber])

const marksOf = (system: SystemId, holder: Holder | undefined): string[] =>
  (holder?.credentials ?? []).flatMap(({ id, facilityCode, cardNumber }) => [
    credentialMark(system, id),
    cardMark(system, facilityCode, cardNumber),
  ])
