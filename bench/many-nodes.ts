/** A thousand cloud nodes with a door each, beside the demo's, for the benchmark of the node link. */
import { demoBuilding } from "@doorstream/simulator"

export const { system } = demoBuilding
const [door] = demoBuilding.devices

/** The cloud node of this number, counted from 0, and its door. */
export function nodeOfNumber(index: number) {
  const tail = String(index).padStart(12, "0")
  const node = {
    ...demoBuilding.cloudNode,
    id: `00000000-0000-4000-8000-${tail}`,
    serialNumber: `BENCH${tail}`,
  }
  return { node, door: { ...door!, id: `00000000-0000-4000-9000-${tail}`, cloudNodeId: node.id } }
}
