/** Groups as REST shows them. */
import type { Group } from "@doorstream/contract"

export const showGroup = ({ id, externalId, name, description, created }: Group) => ({
  id,
  externalId,
  name,
  description,
  created,
})
