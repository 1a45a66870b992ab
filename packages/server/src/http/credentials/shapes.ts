/** Credentials as REST shows them, by themselves and in their holder. */
import type { Credential } from "@doorstream/contract"

/** The whole number that the text writes; the text itself where a number could not be turned back into it (`007`). */
const asNumber = (text: string): number | string => {
  const number = Number(text)
  return Number.isSafeInteger(number) && String(number) === text ? number : text
}

/** The stream has text on a card as text, REST has it as whole numbers. */
export const showCredential = ({ id, externalId, facilityCode, cardNumber }: Credential) => ({
  id,
  externalId,
  facilityCode: asNumber(facilityCode),
  cardNumber: asNumber(cardNumber),
})
