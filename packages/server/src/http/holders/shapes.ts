/** Holders as REST shows them. Keys are in the vendor's order; nothing else of an entity goes out, a PIN least of all. */
import type { Holder } from "@doorstream/contract"
import { showCredential } from "../credentials/shapes.js"

export const showHolder = (holder: Holder) => ({
  id: holder.id,
  externalId: holder.externalId,
  firstName: holder.firstName,
  lastName: holder.lastName,
  email: holder.email,
  enabled: holder.enabled,
  activeDate: holder.activeDate,
  expireDate: holder.expireDate,
  groups: holder.groups ?? [],
  credentials: holder.credentials.map(showCredential),
  created: holder.created,
})
