/** Connections as REST shows them. */
import type { Connection } from "@doorstream/contract"

export const showConnection = ({ id, externalId, name, type, created }: Connection) => ({
  id,
  externalId,
  name,
  type,
  created,
})
