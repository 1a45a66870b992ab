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

export class Lines {
  readonly #plan: Plan
  readonly #wayOf: (report: Report) => Way
  /** What waits at each cut, by the id of the line. */
  readonly #kept = new Map<string, Report[]>()

  constructor(plan: Plan) {
    this.#plan = plan
    this.#wayOf = createWays(plan)
  }

  /** What goes out at once; the rest is kept. */
  pass(report: Report): readonly Sending[] {
    const waiting = this.#kept.get(this.#wayOf(report).connectionId)
    if (waiting === undefined) return this.#leaveNode(report)
    waiting.push(report)
    return []
  }

  /** Cuts the line of a cloud node, or of a connection, by its id. Throws when there is none. */
  cut(id: string, at: number): readonly Sending[] {
    const { cloudNodes, connections } = this.#plan
    if (![...cloudNodes, ...connections].some((line) => line.id === id))
      throw new Error(`There is no line ${id} in this building.`)
    if (this.#kept.has(id)) return []
    this.#kept.set(id, [])
    return this.#isNode(id) ? [{ kind: "left", cloudNodeId: id, at }] : []
  }

  mend(id: string, at: number): readonly Sending[] {
    const waiting = this.#kept.get(id)
    if (waiting === undefined) return []
    this.#kept.delete(id)
    const returned: readonly Sending[] = this.#isNode(id) ? [{ kind: "returned", cloudNodeId: id, at }] : []
    return [...returned, ...waiting.flatMap((report) => this.#leaveNode(report))]
  }

  /** Whether the server can reach this door. */
  reaches(deviceId: string): boolean {
    const device = this.#plan.devices.find(({ id }) => id === deviceId)
    return device !== undefined && !this.#kept.has(device.connectionId) && !this.#kept.has(device.cloudNodeId)
  }

  #isNode(id: string): boolean {
    return this.#plan.cloudNodes.some((node) => node.id === id)
  }

  #leaveNode(report: Report): readonly Sending[] {
    const { cloudNodeId } = this.#wayOf(report)
    const waiting = this.#kept.get(cloudNodeId)
    if (waiting === undefined) return [{ kind: "report", cloudNodeId, report }]
    waiting.push(report)
    return []
  }
}
