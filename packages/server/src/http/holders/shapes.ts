/** Holders and credentials as REST shows them. Keys are in the vendor's order; nothing else of an entity goes out. */
import type { Credential, Holder } from "@doorstream/contract"

/** The whole number that the text writes; the text itself where a number could not be turned back into it (`007`). */
const asNumber = (text: string): number | string => {
  const number = Number(text)
  return Number.isSafeInteger(number) && String(number) === text ? number : text
}

/** The stream has text on a card as text, REST has it as whole numbers. */
const showCredential = ({ id, facilityCode, cardNumber }: Credential) => ({
  id,
  facilityCode: asNumber(facilityCode),
  cardNumber: asNumber(cardNumber),
})

export const showHolder = (holder: Holder) => ({
  id: holder.id,
  firstName: holder.firstName,
  lastName: holder.lastName,
  email: holder.email,
  enabled: holder.enabled,
  activeDate: holder.activeDate,
  expireDate: holder.expireDate,
  credentials: holder.credentials.map(showCredential),
})
