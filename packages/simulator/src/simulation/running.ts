/** A simulation that runs: its progress, what is made to happen in it, and how it ends. It must not know how it was opened. */
import type { TopicName } from "@doorstream/contract"
import type { Ask } from "../api-session.js"
import type { Panels } from "../rest/panels.js"
import type { Fleet } from "./fleet.js"
import type { House } from "./house.js"
import type { LinkedNode } from "./linked-node.js"
import { findDoors } from "./places.js"
import { SimulationRefused, type Progress, type Simulation, type Triggered } from "./simulation.js"
import type { Technician, WorkPlace } from "./technician.js"
import { wordBeats } from "./wording.js"

export interface RunningOptions {
  readonly house: House
  readonly fleet: Fleet
  readonly technician: Technician
  readonly panels: Panels
  readonly ask: Ask
  /** Ends what is being asked over REST. */
  readonly giveUp: AbortController
  readonly signal: AbortSignal
}

/** How long sending what is left may take after the end, and then tidying up, in milliseconds. */
const grace = 1_000

const needsLink = (topic: TopicName): boolean =>
  topic === "cloudnode.connected" || topic === "cloudnode.disconnected"

export class RunningSimulation implements Simulation {
  readonly #options: RunningOptions
  #hasEnded = false

  constructor(options: RunningOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    try {
      await this.#options.house.clock.run()
      await this.#options.fleet.settle(grace)
    } finally {
      this.#hasEnded = true
      await this.#leave()
    }
    if (this.#options.fleet.deserted.aborted && !this.#options.signal.aborted)
      throw new SimulationRefused("The panels of all of its cloud nodes were unregistered by somebody else.")
  }

  progress(): Progress {
    const { house, fleet } = this.#options
    return {
      at: house.clock.at(),
      cloudNodes: fleet.all.length,
      linked: fleet.linked,
      doors: house.plan.devices.length,
      reported: fleet.reported,
      waiting: fleet.waiting,
      obeyed: house.obeyed,
    }
  }

  async trigger(topic: TopicName, door?: string): Promise<Triggered> {
    const { house, technician } = this.#options
    if (this.#hasEnded) return { impossible: "The simulation has ended." }
    const places = this.#placesFor(door)
    if (!Array.isArray(places)) return places
    const work = technician.workFor(topic)
    return work === undefined ? this.#atDoors(topic, places) : this.#byHand(topic, work, places, house)
  }

  /** The doors that are meant, those first that the server can reach; with their cloud nodes. */
  #placesFor(door: string | undefined): WorkPlace[] | { readonly impossible: string } {
    const { house, fleet } = this.#options
    const found = findDoors(house.plan, door)
    if (typeof found === "string") return { impossible: found }
    const places = found.map(({ id, name, cloudNodeId }) => ({
      deviceId: id,
      door: name,
      node: fleet.find(cloudNodeId) as LinkedNode,
    }))
    const reached = places.filter(({ deviceId }) => house.reaches(deviceId))
    return [...reached, ...places.filter((place) => !reached.includes(place))]
  }

  async #atDoors(topic: TopicName, places: readonly WorkPlace[]): Promise<Triggered> {
    const { house } = this.#options
    const tried = await house.trigger(
      topic,
      places.map(({ deviceId }) => deviceId),
    )
    const place = places.find(({ deviceId }) => deviceId === tried?.deviceId)
    if (tried === undefined || place === undefined) return { impossible: "The simulation has ended." }
    const { cause } = tried
    if (cause.beats === undefined)
      return { impossible: places.length === 1 ? cause.impossible : `At no door. ${cause.impossible}` }
    const late = house.reaches(place.deviceId) ? [] : ["it is heard when the line is whole again"]
    return { door: place.door, cloudNode: place.node.name, did: [...wordBeats(cause.beats), ...late] }
  }

  async #byHand(
    topic: TopicName,
    work: NonNullable<ReturnType<Technician["workFor"]>>,
    places: readonly WorkPlace[],
    house: House,
  ): Promise<Triggered> {
    const place = places.find(({ node }) => !needsLink(topic) || node.client.isLinked)
    if (place === undefined) return { impossible: "The cloud node has no link at this moment." }
    const late = house.reaches(place.deviceId)
      ? []
      : ["what it says of it waits until its line is whole again"]
    try {
      const did = await this.#options.technician.do(work, place)
      return { door: place.door, cloudNode: place.node.name, did: [...did, ...late] }
    } catch (error) {
      if (error instanceof SimulationRefused) return { impossible: error.message }
      if (this.#options.signal.aborted) return { impossible: "The simulation has ended." }
      throw error
    }
  }

  async #leave(): Promise<void> {
    const { fleet, panels, technician, ask, giveUp } = this.#options
    fleet.close()
    const timer = setTimeout(() => giveUp.abort(), grace)
    await Promise.all([technician.leave(ask), panels.leave(ask)])
    clearTimeout(timer)
  }
}
