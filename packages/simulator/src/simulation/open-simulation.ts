/**
 * Opens a simulation: finds the cloud nodes, registers their panels, links them, and when each knows what there is to
 * know, makes one building of it. It must not know how it goes on. README, "Over the link".
 */
import { randomUUID } from "node:crypto"
import { openApiSession, type Ask } from "../api-session.js"
import { openBuilding, type Building, type BuildingOptions } from "../building/building.js"
import type { Plan } from "../building/plan.js"
import type { Scenario } from "../building/scenario.js"
import { checkSpeed, createClock } from "../clock.js"
import type { Pauses } from "../node/pauses.js"
import { createInsist, type Insist } from "../rest/insist.js"
import { Panels } from "../rest/panels.js"
import { findNodes, noNames, readNames, type Names, type NodeEntry } from "../rest/registry.js"
import { openScenario, readScenarioFile, type OpenedScenario } from "../scenarios/scenario-files.js"
import { createTroubles } from "../troubles.js"
import { Fleet } from "./fleet.js"
import { House, type News } from "./house.js"
import { LinkedNode } from "./linked-node.js"
import { lacksNames, mergeParts } from "./merge.js"
import { RunningSimulation } from "./running.js"
import { SimulationRefused, type Simulation, type SimulationOptions } from "./simulation.js"
import { Technician } from "./technician.js"

/** How long is waited for what; the usual unless told. */
export interface Patience {
  readonly link?: Partial<Pauses>
  readonly rest?: { readonly first: number; readonly most: number }
}

/**
 * Opens a simulation of a system's cloud nodes; nothing happens in it before it runs. Rejects with SimulationRefused, in
 * words, where it cannot be; with the signal's reason when that aborts; and waits out what passes.
 *
 * @example
 * const simulation = await openSimulation({ url, clientId, clientSecret, systemId, seed: 7, signal })
 * await simulation.run()
 */
export async function openSimulation(
  options: SimulationOptions,
  patience: Patience = {},
): Promise<Simulation> {
  checkSpeed(options.speed ?? 1)
  if (options.scenario !== undefined) scenarioOf(await readScenarioFile(options.scenario))
  const opening = new Opening(options, patience)
  try {
    return await opening.open()
  } catch (error) {
    await opening.leave()
    throw error
  }
}

function scenarioOf({ scenario, faults }: OpenedScenario): Scenario {
  if (scenario === undefined) throw new SimulationRefused(faults.join("\n"), faults)
  return scenario
}

function openOrRefuse(options: BuildingOptions): Building {
  try {
    return openBuilding(options)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SimulationRefused(`There is no building in which this can happen. ${error.message}`)
  }
}

class Opening {
  readonly #options: SimulationOptions
  readonly #patience: Patience
  readonly #giveUp = new AbortController()
  readonly #ask: Ask
  readonly #insist: Insist
  readonly #panels: Panels
  readonly #fleet: Fleet
  /** What came to each cloud node before there was a building. */
  readonly #came = new Map<string, News>()
  #house: House | undefined
  #names: Names = noNames

  constructor(options: SimulationOptions, patience: Patience) {
    this.#options = options
    this.#patience = patience
    const { signal, onTrouble = () => {}, systemId } = options
    this.#ask = openApiSession(options, Date.now, this.#giveUp.signal)
    const pauses = patience.rest && { pauses: patience.rest }
    this.#insist = createInsist({ ask: this.#ask, signal, onTrouble, ...pauses })
    this.#panels = new Panels(this.#insist, systemId)
    this.#fleet = new Fleet(signal)
  }

  async open(): Promise<Simulation> {
    const { systemId, cloudNodes, takeOver = false } = this.#options
    const found = await findNodes(this.#insist, systemId, cloudNodes)
    const synced: Promise<void>[] = []
    for (const node of found) {
      const panel = await this.#panels.register(node, takeOver)
      synced.push(this.#link(node, panel))
    }
    await this.#unlessAborted(Promise.all(synced))
    this.#names = await readNames(this.#insist, systemId)
    return this.#begin()
  }

  /** Unlinks, and unregisters what was registered, for a moment at most. */
  async leave(): Promise<void> {
    this.#fleet.close()
    const timer = setTimeout(() => this.#giveUp.abort(), 1_000)
    await this.#panels.leave(this.#ask)
    clearTimeout(timer)
  }

  /** Resolves when it knows what there is to know. */
  #link(node: NodeEntry, panel: { serialNumber: string; key: string }): Promise<void> {
    const { url, onTrouble = () => {} } = this.#options
    return new Promise((resolve, reject) => {
      const linked: LinkedNode = new LinkedNode({
        url,
        node,
        panel,
        onTrouble,
        onAnswer: () => this.#fleet.stirred(),
        onHopeless: reject,
        onGone: () => reject(this.#goOnWithout(linked)),
        onCommand: async (command, isLate) =>
          this.#house?.obey(linked, command, isLate) ?? {
            code: "not_possible",
            message: "The building is not open yet.",
          },
        onSync: (sync) => {
          const news = { node: linked, revision: sync.revision, type: linked.learn(sync) }
          if (this.#house !== undefined) return void this.#takeOver(this.#house, news)
          this.#came.set(node.id, news)
          resolve()
        },
        ...(this.#patience.link && { pauses: this.#patience.link }),
      })
      this.#fleet.add(linked)
    })
  }

  async #takeOver(house: House, news: News): Promise<void> {
    if (lacksNames(news.node.part, this.#names)) await this.#readNamesAgain()
    await house.takeOver(news)
  }

  /** Its panel is somebody else's now: there is nothing to unregister in the end. */
  #goOnWithout(node: LinkedNode): SimulationRefused {
    const { onTrouble = () => {} } = this.#options
    const trouble = `The panel of the cloud node "${node.name}" was unregistered by somebody else`
    this.#panels.disown(node.id)
    this.#fleet.remove(node)
    if (this.#house !== undefined) onTrouble(`${trouble}; the simulation goes on without it.`)
    void this.#house?.takeOver()
    return new SimulationRefused(`${trouble}.`)
  }

  /** Without the names of those who are new it goes on as well. */
  async #readNamesAgain(): Promise<void> {
    const { systemId, signal, onTrouble = () => {} } = this.#options
    try {
      this.#names = await readNames(this.#insist, systemId)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof SimulationRefused)) throw error
      onTrouble(error.message)
    }
  }

  #planOf(parts: readonly Plan[]): Plan {
    return mergeParts(parts, this.#names, this.#options.rexUnlocks ?? [])
  }

  async #begin(): Promise<Simulation> {
    const { scenario, signal, systemId } = this.#options
    const planned = (): Plan => this.#planOf(this.#fleet.parts)
    const opened =
      scenario === undefined ? {} : { scenario: scenarioOf(await openScenario(scenario, planned())) }
    // Something may have come while the scenario was read: from here on nothing waits.
    const house = this.#openHouse(planned(), opened)
    this.#house = house
    // What came meanwhile is in the plan already; at the same time their controllers take it over.
    void house.begin([...this.#came.values()])
    const technician = new Technician({ insist: this.#insist, systemId, panels: this.#panels })
    return new RunningSimulation({
      house,
      fleet: this.#fleet,
      technician,
      panels: this.#panels,
      ask: this.#ask,
      giveUp: this.#giveUp,
      signal,
    })
  }

  #openHouse(plan: Plan, scenario: { readonly scenario?: Scenario }): House {
    const { from: told, seed, speed = 1, lasts, signal, onPace, onTrouble = () => {} } = this.#options
    const from = told ?? Date.now()
    const { until = lasts && from + lasts } = this.#options
    const building = openOrRefuse({ plan, seed: seed ?? from, run: randomUUID(), from, ...scenario })
    const clock = createClock({
      building,
      from,
      speed,
      signal: AbortSignal.any([signal, this.#fleet.deserted]),
      take: (sent) => this.#fleet.take(sent),
      ...(told === undefined && speed === 1 && { world: Date.now }),
      ...(until !== undefined && { until }),
      ...(onPace && { onPace }),
    })
    return new House({
      building,
      clock,
      plan,
      planNow: () => this.#planOf(this.#fleet.parts),
      troubles: createTroubles(onTrouble),
    })
  }

  /** Ends with the signal's reason when that aborts before. */
  async #unlessAborted(all: Promise<unknown>): Promise<void> {
    const { signal } = this.#options
    let end = (): void => {}
    const aborted = new Promise<never>((_, reject) => {
      end = () => reject(signal.reason as Error)
      signal.addEventListener("abort", end)
      if (signal.aborted) end()
    })
    try {
      await Promise.race([all, aborted])
    } finally {
      signal.removeEventListener("abort", end)
    }
  }
}
