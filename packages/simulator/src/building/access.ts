/** Who may enter where, and when: the controller's answer to a card. It must not know in what state a door is. */
import type { Credential, Holder } from "@doorstream/contract"
import type { Read } from "./door.js"
import type { DoorRule } from "./plan.js"

/** What stands on a card. */
export type Card = Pick<Credential, "facilityCode" | "cardNumber">

/** The answer to a card at a door with this rule. */
export type Decide = (card: Card, rule: DoorRule, at: number) => Read

const keyOf = ({ facilityCode, cardNumber }: Card): string => `${facilityCode}:${cardNumber}`

/** Whether the holder is enabled and inside the dates, `at` in milliseconds since 1970. */
const isActive = ({ enabled, activeDate, expireDate }: Holder, at: number): boolean =>
  enabled &&
  (activeDate === null || Date.parse(activeDate) <= at) &&
  (expireDate === null || at < Date.parse(expireDate))

/**
 * Makes the answers for these holders: unknown for a card that belongs to nobody (it is turned away before any PIN is
 * asked), denied for a holder whom the rule or the dates keep out, allowed for the others.
 */
export function createDecide(holders: readonly Holder[]): Decide {
  const known = new Map(
    holders.flatMap((holder) =>
      holder.credentials.map((credential) => [keyOf(credential), { holder, credential }]),
    ),
  )
  return ({ facilityCode, cardNumber }, { admits, requestFactor }, at) => {
    const card = { facilityCode, cardNumber }
    const found = known.get(keyOf(card))
    if (found === undefined) return { decision: "unknown", requestFactor: "CARD_ONLY", ...card }
    const { holder, credential } = found
    const decision = admits(holder) && isActive(holder, at) ? "allowed" : "denied"
    return { decision, holderId: holder.id, credentialId: credential.id, requestFactor, ...card }
  }
}
