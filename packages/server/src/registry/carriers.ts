/** Who carries which credential. Should two carry the same, it is the one who was registered first. */
import type { CardOrCredential, Change, KeptHolder, SystemId } from "../core/ports.js"

export interface Carriers {
  find(system: SystemId, card: CardOrCredential): KeptHolder | undefined
  /**
   * Whatever has changed: what is no holder has no cards.
   *
   * @param number says who was registered first
   */
  hear(number: number, change: Change, before: KeptHolder | undefined): void
}

export function openCarriers(): Carriers {
  const byMark = new Map<string, Map<number, KeptHolder>>()

  const carrierOf = (mark: string): KeptHolder | undefined => {
    const carriers = byMark.get(mark)
    return carriers?.get(Math.min(...carriers.keys()))
  }
  const take = (mark: string, number: number): void => {
    const carriers = byMark.get(mark)
    carriers?.delete(number)
    if (carriers?.size === 0) byMark.delete(mark)
  }

  return {
    find(system, { credentialId, facilityCode, cardNumber }) {
      const named =
        credentialId === undefined
          ? undefined
          : (carrierOf(credentialMark(system, credentialId)) ?? carrierOf(nameMark(system, credentialId)))
      if (named !== undefined || facilityCode === undefined || cardNumber === undefined) return named
      return carrierOf(cardMark(system, facilityCode, cardNumber))
    },
    hear(number, { kind, system, value, state }, before) {
      if (kind !== "holder") return
      for (const mark of marksOf(system, before)) take(mark, number)
      if (state !== undefined) return
      for (const mark of marksOf(system, value))
        byMark.set(mark, (byMark.get(mark) ?? new Map<number, KeptHolder>()).set(number, value))
    },
  }
}

const credentialMark = (system: SystemId, id: string): string => JSON.stringify([system, id])
const nameMark = (system: SystemId, externalId: string): string =>
  JSON.stringify([system, "name", externalId, ""])
const cardMark = (system: SystemId, facilityCode: string, cardNumber: string): string =>
  JSON.stringify([system, facilityCode, cardNumber])

const marksOf = (system: SystemId, holder: KeptHolder | undefined): string[] =>
  (holder?.credentials ?? []).flatMap(({ id, externalId, facilityCode, cardNumber }) => [
    credentialMark(system, id),
    ...(externalId === undefined ? [] : [nameMark(system, externalId)]),
    cardMark(system, facilityCode, cardNumber),
  ])
