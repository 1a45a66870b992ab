/** A panel as REST shows it: never its keys. */
import type { Panel } from "../../core/ports.js"

export const showPanel = ({ id, serialNumber, registered }: Panel) => ({
  cloudNodeId: id,
  serialNumber,
  registered,
})
