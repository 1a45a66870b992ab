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
  /** Cuts the line of a cloud node, or of a connection, by its id. */
  cut(id: string, at: number): readonly Sending[]
  mend(id: string, at: number): readonly Sending[]
  /** Whether the server can reach this door. */
  reaches(deviceId: string): boolean
}

export function createLines({ cloudNodes, connections, devices }: Plan): Lines {
  const nodeIds = new Set(cloudNodes.map(({ id }) => id))
  const nodeOf = new Map(
    [...connections, ...devices].map(({ id, cloudNodeId }) => [id, cloudNodeId] as const),
  )
  const connectionOf = new Map(devices.map(({ id, connectionId }) => [id, connectionId]))
  /** What waits at each cut. */
  const kept = new Map<string, Report[]>()

  const leaveNode = (report: Report, cloudNodeId: string): readonly Sending[] => {
    const waiting = kept.get(cloudNodeId)
    if (waiting === undefined) return [{ kind: "report", cloudNodeId, report }]
    waiting.push(report)
    return []
  }
  const nodeFor = ({ body }: Report): string => nodeOf.get(body.deviceId ?? body.connectionId ?? "") ?? ""
  return {
    pass(report) {
      const { deviceId = "", connectionId = connectionOf.get(deviceId) ?? "" } = report.body
      const waiting = kept.get(connectionId)
      if (waiting === undefined) return leaveNode(report, nodeFor(report))
      waiting.push(report)
      return []
    },
    cut(id, at) {
      if (kept.has(id)) return []
      kept.set(id, [])
      return nodeIds.has(id) ? [{ kind: "left", cloudNodeId: id, at }] : []
    },
    mend(id, at) {
      const waiting = kept.get(id)
      if (waiting === undefined) return []
      kept.delete(id)
      const returned: readonly Sending[] = nodeIds.has(id) ? [{ kind: "returned", cloudNodeId: id, at }] : []
      return [...returned, ...waiting.flatMap((report) => leaveNode(report, nodeFor(report)))]
    },
    reaches(deviceId) {
      return !kept.has(connectionOf.get(deviceId) ?? "") && !kept.has(nodeOf.get(deviceId) ?? "")
    },
  }
}
