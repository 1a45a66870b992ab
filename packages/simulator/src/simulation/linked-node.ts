/** One cloud node of a simulation: its link, and what it knows. It must not know what goes on at its doors. */
import type { Report } from "@doorstream/contract"
import type { Plan } from "../building/plan.js"
import { partOf, syncTypeOf, takeOver, type Knowledge, type SyncType } from "../node/knowledge.js"
import { NodeClient, type NodeClientOptions } from "../node/node-client.js"
import type { WholeSync } from "../node/sync-parts.js"
import type { Panel } from "../rest/panels.js"
import type { NodeEntry } from "../rest/registry.js"
import { createTroubles } from "../troubles.js"
import { SimulationRefused } from "./simulation.js"

export interface LinkedNodeOptions {
  readonly url: string
  readonly node: NodeEntry
  readonly panel: Panel
  readonly onTrouble: (message: string) => void
  readonly onAnswer: () => void
  readonly onCommand: NonNullable<NodeClientOptions["onCommand"]>
  /** Hears of what is new to it; it is taken over by `learn`. */
  readonly onSync: (sync: WholeSync) => void
  /** Somebody else has unregistered its panel: it is nobody's any more. */
  readonly onGone: () => void
  /** It can never be synced, because the server is too old. */
  readonly onHopeless: (why: Error) => void
  readonly pauses?: NodeClientOptions["pauses"]
}

/** The first version of the link in which cloud nodes are synced. */
const syncedFrom = 2

const tooOld = "The server speaks version 1 of the node link, in which nothing is synced."

export class LinkedNode {
  readonly id: string
  readonly name: string
  readonly client: NodeClient
  /** The cable of its cloud node is cut. */
  isCut = false
  reported = 0
  #known: Knowledge = {}
  #part: Plan | undefined
  /** It was brought about here that its link ends: until the next one, that is no trouble. */
  #isExpected = false
  /** Which revision comes with which sync of the building. */
  readonly #revisions = new Map<number, string>()

  constructor(options: LinkedNodeOptions) {
    const { url, node, panel, onTrouble, onAnswer, onCommand, onSync, pauses } = options
    this.id = node.id
    this.name = node.name
    const troubles = createTroubles((message) => onTrouble(`The cloud node "${node.name}": ${message}`))
    this.client = new NodeClient({
      url,
      serialNumber: panel.serialNumber,
      keys: [panel.key],
      onCommand,
      onSync,
      ...(pauses && { pauses }),
      onAnswer: ({ accepted, refused }) => {
        this.reported += accepted.length
        for (const { code, message } of refused) troubles.had(`a report is refused (${code}): ${message}`)
        onAnswer()
      },
      onWelcome: ({ version }) => {
        this.#isExpected = false
        troubles.over()
        if (version < syncedFrom) options.onHopeless(new SimulationRefused(tooOld))
      },
      onEnd: (closeCode, reason) => {
        onAnswer()
        if (this.#isExpected) return
        if (reason === "panel_unregistered" || reason === "key_wrong") return options.onGone()
        troubles.had(`its link has ended (${reason === "" ? closeCode : reason}); it comes back.`)
      },
    })
  }

  get part(): Plan {
    return (this.#part ??= partOf(this.#known, this.id))
  }

  /** Takes over what is new, and says of what kind it is. */
  learn(sync: WholeSync): SyncType {
    const type = syncTypeOf(this.#known, sync)
    this.#known = takeOver(this.#known, sync)
    this.#part = undefined
    return type
  }

  /** The building's sync of this number is about that revision. */
  expect(sync: number, revision: string): void {
    this.#revisions.set(sync, revision)
  }

  send(report: Report): void {
    this.client.send([report])
  }

  /** Its controllers have finished the building's sync of this number. */
  synced(sync: number): void {
    const revision = this.#revisions.get(sync)
    // Of those before nobody will speak any more.
    for (const number of this.#revisions.keys()) if (number <= sync) this.#revisions.delete(number)
    if (revision !== undefined) this.client.synced(revision)
  }

  cutCable(): void {
    this.isCut = true
    this.#isExpected = true
    this.client.leave()
  }

  mendCable(): void {
    this.isCut = false
    this.client.comeBack()
  }

  /** Its panel is registered anew by what is done over REST: its link ends, and it comes back with the new key. */
  async withNewPanel(change: () => Promise<Panel>): Promise<void> {
    this.#isExpected = true
    try {
      await this.client.useKey((await change()).key)
    } catch (error) {
      this.#isExpected = false
      throw error
    }
  }

  close(): void {
    this.#isExpected = true
    this.client.close()
  }
}
