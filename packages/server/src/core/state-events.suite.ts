/** Events by chance, of a few doors and cloud nodes, for tests of states; this knows no fold. */
import { stateTopics, topicNames, type SystemState, type TopicName } from "@doorstream/contract"
import fc from "fast-check"

export interface Happened {
  readonly topic: TopicName
  readonly event: object
}

const doors = ["d1", "d2", "d3"]
const nodes = ["n1", "n2", "n3"]
const numbers = ["S1", "S2", "S3"]

/** One that tells nothing of a state now and then. */
const topics = [...stateTopics, ...topicNames.filter((name) => name.startsWith("device.request."))]

function eventOf(topic: TopicName, door: string, node: string, serialNumber: string, at: number): object {
  if (topic.startsWith("device.")) {
    const device = { id: door, name: `Door ${at % 3}`, connection: "c1", port: 1 }
    const cloudNode = { id: node, serialNumber, name: "Node" }
    return { id: `e${at}`, topic, body: { deviceId: door, device }, cloudNode, occurred: at }
  }
  if (topic === "cloudnode.connected") return { serialNumber, timestamp: new Date(at * 1000).toISOString() }
  if (topic === "cloudnode.disconnected") return { serialNumber, timestamp: at }
  if (topic.startsWith("sync."))
    return { systemId: "s", panelSn: serialNumber, details: { timestamp: at, dataFlowStatus: "Pending" } }
  return { id: `e${at}`, systemId: "s", topic, body: { id: node, name: `Node ${at % 2}`, serialNumber } }
}

export const happenings: fc.Arbitrary<Happened> = fc
  .tuple(
    fc.constantFrom(...topics),
    fc.constantFrom(...doors),
    fc.constantFrom(...nodes),
    fc.constantFrom(...numbers),
    fc.nat(100_000),
  )
  .map(([topic, ...parts]) => ({ topic, event: eventOf(topic, ...parts) }))

/** A state without the order of what is in it. */
export const unordered = ({ doors: of, cloudNodes }: SystemState): SystemState => ({
  doors: of.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  cloudNodes: cloudNodes.toSorted((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1)),
})
