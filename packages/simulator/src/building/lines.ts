/**
 * The way of a report from its controller over the cloud node to the server. Where it is cut, reports wait, with the
 * time at which they occurred, and go on in order when it is mended. It must not know what is reported.
 */
import type { Report } from "@doorstream/contract"
import type { Plan } from "./plan.js"

export type Sending =
  | { readonly kind: "report"; readonly cloudNodeId: string; readonly report: Report }
  /** The cloud node can no longer be reached, or can be again; what it has kept follows. */
  | { readonly kind: "left" | "returned"; readonly cloudNodeId: string; readonly at: number }

export const reportsOf = (sendings: readonly Sending[]): Report[] =>
  sendings.flatMap((sending) => (sending.kind === "report" ? [sending.report] : []))

export interface Lines {
  /** What goes out at once; the rest is kept. */
  pass(report: Report): readonly Sending[]
  /** Cuts the line of a cloud node, or of a connection, by its id. Throws when there is none. */
  cut(id: string, at: number): readonly Sending[]
  mend(id: string, at: number): readonly Sending[]
  /** Whether the server can reach this door. */
  reaches(deviceId: string): boolean
}

interface Way {
  readonly connectionId: string
  readonly cloudNodeId: string
}

/** Over what a report goes, by the door or the connection that it is about. */
function createWays({ connections, devices }: Plan): (report: Report) => Way {
  const ways = new Map<string, Way>()
  for (const { id, cloudNodeId } of connections) ways.set(id, { connectionId: id, cloudNodeId })
  for (const { id, connectionId, cloudNodeId } of devices) ways.set(id, { connectionId, cloudNodeId })
  return ({ body: { deviceId, connectionId } }) => {
    const way = ways.get(deviceId ?? connectionId ?? "")
    if (way === undefined) throw new Error("A report is about no door and no connection of this building.")
    return way
  }
}

export function createLines(plan: Plan): Lines {
  const wayOf = createWays(plan)
  const nodeIds = new Set(plan.cloudNodes.map(({ id }) => id))
  const lineIds = new Set([...nodeIds, ...plan.connections.map(({ id }) => id)])
  /** What waits at each cut, by the id of the line. */
  const kept = new Map<string, Report[]>()

  const leaveNode = (report: Report): readonly Sending[] => {
    const { cloudNodeId } = wayOf(report)
    const waiting = kept.get(cloudNodeId)
    if (waiting === undefined) return [{ kind: "report", cloudNodeId, report }]
    waiting.push(report)
    return []
  }
  const cut: Lines["cut"] = (id, at) => {
    if (!lineIds.has(id)) throw new Error(`There is no line ${id} in this building.`)
    if (kept.has(id)) return []
    kept.set(id, [])
    return nodeIds.has(id) ? [{ kind: "left", cloudNodeId: id, at }] : []
  }
  const mend: Lines["mend"] = (id, at) => {
    const waiting = kept.get(id)
    if (waiting === undefined) return []
    kept.delete(id)
    const returned: readonly Sending[] = nodeIds.has(id) ? [{ kind: "returned", cloudNodeId: id, at }] : []
    return [...returned, ...waiting.flatMap(leaveNode)]
  }
  return {
    cut,
    mend,
    pass(report) {
      const waiting = kept.get(wayOf(report).connectionId)
      if (waiting === undefined) return leaveNode(report)
      waiting.push(report)
      return []
    },
    reaches(deviceId) {
      const device = plan.devices.find(({ id }) => id === deviceId)
      return device !== undefined && !kept.has(device.connectionId) && !kept.has(device.cloudNodeId)
    },
  }
}
