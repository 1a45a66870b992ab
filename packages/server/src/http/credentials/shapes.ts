/** Credentials as REST shows them, by themselves and in their holder. */
import { cardAsRest, type Credential } from "@doorstream/contract"

/** The stream has text on a card as text, REST has it as whole numbers. */
export const showCredential = ({ id, externalId, facilityCode, cardNumber }: Credential) => ({
  id,
  externalId,
  facilityCode: cardAsRest(facilityCode),
  cardNumber: cardAsRest(cardNumber),
})
