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
import type { WholeSync } from "../node/sync-parts.js"
import type { Troubles } from "../troubles.js"
import type { LinkedNode } from "./linked-node.js"

export interface HouseOptions {
  readonly building: Building
  readonly clock: Clock
  readonly plan: Plan
  /** The whole plan; where told, as it is when a cloud node has this part of it. */
  readonly planNow: (changed?: { readonly id: string; readonly part: Plan }) => Plan
  readonly troubles: Troubles
}

const ended: CommandAnswer = { code: "not_possible", message: "The building's time has ended." }

export class House {
  readonly #options: HouseOptions
  #plan: Plan
  #obeyed = 0

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

  /** What is new to a cloud node is so from now on, and its controllers take it over. */
  async takeOver(node: LinkedNode, sync: WholeSync): Promise<void> {
    await this.#do((at) => {
      const part = node.partAfter(sync)
      const sent = this.#replan(node, this.#options.planNow({ id: node.id, part }), at)
      return sent === undefined ? [] : [...sent, ...this.#begin(node, sync, node.learn(sync), at)]
    })
  }

  /** It is part of this no longer. */
  async goOnWithout(node: LinkedNode): Promise<void> {
    await this.#do((at) => this.#replan(node, this.#options.planNow(), at) ?? [])
  }

  /** Its controllers take over what it has learned already. */
  async begin(node: LinkedNode, sync: WholeSync, type: string): Promise<void> {
    await this.#do((at) => this.#begin(node, sync, type, at))
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

  /** What was sent by that; undefined where it cannot be so, which is told. */
  #replan(node: LinkedNode, plan: Plan, at: number): Sending[] | undefined {
    const { building, troubles } = this.#options
    try {
      const sent = building.replan(plan, at)
      this.#plan = plan
      this.#tellTroubles()
      return sent
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      troubles.had(`What the cloud node "${node.name}" is to know contradicts itself: ${error.message}`)
      return undefined
    }
  }

  #begin(node: LinkedNode, { revision }: WholeSync, type: string, at: number): Sending[] {
    const { building } = this.#options
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
