/**
 * The way of a report from its controller over the cloud node to the server. Where it is cut, reports wait, with the
 * time at which they occurred, and go on in order when it is mended. It must not know what is reported.
 */
import type { Report } from "@doorstream/contract"
import type { Plan } from "./plan.js"

/** What goes over lines, and waits where one is cut. */
type Passing =
  | { readonly kind: "report"; readonly cloudNodeId: string; readonly report: Report }
  /** Every controller of the cloud node has taken over what came with the sync of this number. */
  | { readonly kind: "synced"; readonly cloudNodeId: string; readonly sync: number }

export type Sending =
  | Passing
  /** The cloud node can no longer be reached, or can be again; what it has kept follows. */
  | { readonly kind: "left" | "returned"; readonly cloudNodeId: string; readonly at: number }

export const reportsOf = (sendings: readonly Sending[]): Report[] =>
  sendings.flatMap((sending) => (sending.kind === "report" ? [sending.report] : []))

interface Way {
  readonly connectionId: string
  readonly cloudNodeId: string
}

interface Ways {
  readonly cloudNodes: ReadonlySet<string>
  /** By the id of a connection. */
  readonly nodeOf: ReadonlyMap<string, string>
  /** By the id of a door, or of a connection. */
  readonly of: ReadonlyMap<string, Way>
}

function createWays({ cloudNodes, connections, devices }: Plan): Ways {
  const of = new Map<string, Way>()
  for (const { id, cloudNodeId } of connections) of.set(id, { connectionId: id, cloudNodeId })
  for (const { id, connectionId, cloudNodeId } of devices) of.set(id, { connectionId, cloudNodeId })
  return {
    cloudNodes: new Set(cloudNodes.map(({ id }) => id)),
    nodeOf: new Map(connections.map(({ id, cloudNodeId }) => [id, cloudNodeId])),
    of,
  }
}

interface Cut {
  readonly isNode: boolean
  waiting: Passing[]
}

export class Lines {
  #ways: Ways
  /** By the id of the line. A cut lasts until it is mended, also while the line is gone. */
  readonly #cuts = new Map<string, Cut>()

  constructor(plan: Plan) {
    this.#ways = createWays(plan)
  }

  /** What goes out at once; the rest is kept. */
  pass(report: Report): readonly Sending[] {
    const { deviceId, connectionId } = report.body
    const way = this.#ways.of.get(deviceId ?? connectionId ?? "")
    if (way === undefined) throw new Error("A report is about no door and no connection of this building.")
    const passing: Passing = { kind: "report", cloudNodeId: way.cloudNodeId, report }
    const cut = this.#cuts.get(way.connectionId)
    if (cut === undefined) return this.#leaveNode(passing)
    cut.waiting.push(passing)
    return []
  }

  /** Says behind all that the cloud node has reported before that it is synced. */
  passSynced(cloudNodeId: string, sync: number): readonly Sending[] {
    return this.#leaveNode({ kind: "synced", cloudNodeId, sync })
  }

  /** Cuts the line of a cloud node, or of a connection, by its id. Throws when there is none. */
  cut(id: string, at: number): readonly Sending[] {
    const isNode = this.#ways.cloudNodes.has(id)
    if (!isNode && !this.#ways.nodeOf.has(id)) throw new Error(`There is no line ${id} in this building.`)
    if (this.#cuts.has(id)) return []
    this.#cuts.set(id, { isNode, waiting: [] })
    return isNode ? [{ kind: "left", cloudNodeId: id, at }] : []
  }

  mend(id: string, at: number): readonly Sending[] {
    const cut = this.#cuts.get(id)
    if (cut === undefined) return []
    this.#cuts.delete(id)
    return cut.isNode
      ? [{ kind: "returned", cloudNodeId: id, at }, ...cut.waiting]
      : this.#leaveConnection(id, cut.waiting)
  }

  isCut(id: string): boolean {
    return this.#cuts.has(id)
  }

  /** Whether the server can reach this door. */
  reaches(deviceId: string): boolean {
    const way = this.#ways.of.get(deviceId)
    return way !== undefined && !this.isCut(way.connectionId) && !this.isCut(way.cloudNodeId)
  }

  /**
   * Takes another plan, and gives what goes out by that: what waits on a connection that is gone goes to its cloud node.
   * Where the cloud node itself is gone, it is lost.
   */
  replan(plan: Plan): readonly Sending[] {
    this.#ways = createWays(plan)
    const { cloudNodes, nodeOf } = this.#ways
    const goesOn: Passing[] = []
    for (const [id, cut] of this.#cuts) {
      if (cut.isNode ? cloudNodes.has(id) : nodeOf.has(id)) continue
      if (!cut.isNode) goesOn.push(...cut.waiting)
      cut.waiting = []
    }
    return goesOn
      .filter(({ cloudNodeId }) => cloudNodes.has(cloudNodeId))
      .flatMap((passing) => this.#leaveNode(passing))
  }

  /** What has waited goes by the cloud node at which its connection is now. */
  #leaveConnection(id: string, waiting: readonly Passing[]): readonly Sending[] {
    const cloudNodeId = this.#ways.nodeOf.get(id)
    return waiting.flatMap((passing) =>
      this.#leaveNode(cloudNodeId === undefined ? passing : { ...passing, cloudNodeId }),
    )
  }

  #leaveNode(passing: Passing): readonly Sending[] {
    const cut = this.#cuts.get(passing.cloudNodeId)
    if (cut === undefined) return [passing]
    cut.waiting.push(passing)
    return []
  }
}
