/**
 * The building of a simulation in its time: what cloud nodes hear changes it, what they are told to do is done in it, and
 * what is to happen happens. It must not know how anything gets there or out.
 */
import type { NodeCommand, TopicName } from "@doorstream/contract"
import type { Building } from "../building/building.js"
import type { Plan } from "../building/plan.js"
import type { Sending } from "../building/lines.js"
import { TimeEnded, type Clock } from "../clock.js"
import type { CommandAnswer } from "../node/obeying.js"
import type { Troubles } from "../troubles.js"
import type { LinkedNode } from "./linked-node.js"

export interface HouseOptions {
  readonly building: Building
  readonly clock: Clock
  readonly plan: Plan
  /** The whole plan, as the cloud nodes know it. */
  readonly planNow: () => Plan
  readonly troubles: Troubles
}

const ended: CommandAnswer = { code: "not_possible", message: "The building's time has ended." }

/** What a cloud node has learned, and its controllers are to take over. */
export interface News {
  readonly node: LinkedNode
  readonly revision: string
  readonly type: string
}

export class House {
  readonly #options: HouseOptions
  #plan: Plan
  #obeyed = 0
  /** What was learned and is not in the building yet. */
  #news: News[] = []
  #isAwaited = false

  constructor(options: HouseOptions) {
    this.#options = options
    this.#plan = options.plan
    this.#tellTroubles()
  }

  get plan(): Plan {
    return this.#plan
  }

  get obeyed(): number {
    return this.#obeyed
  }

  get clock(): Clock {
    return this.#options.clock
  }

  reaches(deviceId: string): boolean {
    return this.#options.building.reaches(deviceId)
  }

  /** What cloud nodes have learned is so from now on, and their controllers take it over; all that came at once. */
  async takeOver(...news: readonly News[]): Promise<void> {
    this.#news.push(...news)
    if (this.#isAwaited) return
    this.#isAwaited = true
    await this.#do((at) => {
      this.#isAwaited = false
      return this.#replan(at)
    })
  }

  /** What they have learned is in the building's plan already. */
  async begin(news: readonly News[]): Promise<void> {
    await this.#do((at) => news.flatMap((one) => this.#begin(one, at)))
  }

  /** Does a command once it is its turn, unless it is too late by then. */
  obey(node: LinkedNode, command: NodeCommand, isLate: () => boolean): Promise<CommandAnswer> {
    return new Promise((answer) => {
      const done = this.#do((at) => {
        const { building } = this.#options
        if (isLate()) {
          answer({ code: "late" })
          return []
        }
        const { deviceId, ...told } = command
        if (this.#plan.devices.find(({ id }) => id === deviceId)?.cloudNodeId !== node.id) {
          answer({ code: "device_unknown" })
          return []
        }
        const { impossible } = building.obey(deviceId, told, at)
        const sent = building.advance(at)
        if (impossible !== undefined) {
          answer({ code: "not_possible", message: impossible })
          return sent
        }
        this.#obeyed += 1
        answer(undefined)
        return sent
      })
      void done.then(() => answer(ended))
    })
  }

  /** Tries doors in their order, until the topic can happen at one. */
  async trigger(
    topic: TopicName,
    deviceIds: readonly string[],
  ): Promise<{ readonly deviceId: string; readonly cause: ReturnType<Building["trigger"]> } | undefined> {
    let tried: { deviceId: string; cause: ReturnType<Building["trigger"]> } | undefined
    await this.#do((at) => {
      const { building } = this.#options
      for (const deviceId of deviceIds) {
        tried = { deviceId, cause: building.trigger(topic, deviceId, at) }
        if (tried.cause.beats !== undefined) break
      }
      return building.advance(at)
    })
    return tried
  }

  /** Where it cannot be so, that is told, and tried again when somebody has learned more. */
  #replan(at: number): Sending[] {
    const { building, troubles, planNow } = this.#options
    const plan = planNow()
    let sent: Sending[]
    try {
      sent = building.replan(plan, at)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      troubles.had(`What the cloud nodes are to know contradicts itself: ${error.message}`)
      return []
    }
    this.#plan = plan
    this.#tellTroubles()
    return [...sent, ...this.#news.splice(0).flatMap((one) => this.#begin(one, at))]
  }

  #begin({ node, revision, type }: News, at: number): Sending[] {
    const { building } = this.#options
    // It may have gone meanwhile.
    if (!this.#plan.cloudNodes.some(({ id }) => id === node.id)) return []
    node.expect(building.sync(node.id, type, at).sync, revision)
    return building.advance(at)
  }

  /** Once its time has ended, nothing is done any more. */
  async #do(deed: (at: number) => Sending[]): Promise<void> {
    try {
      await this.#options.clock.do(deed)
    } catch (error) {
      if (!(error instanceof TimeEnded)) throw error
    }
  }

  #tellTroubles(): void {
    const { building, troubles } = this.#options
    for (const trouble of building.troubles()) troubles.had(trouble)
  }
}
