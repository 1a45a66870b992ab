/** A simulation against a real server: hardware that knows nothing but the node link and REST. */
import { topicNames, type TopicName } from "@doorstream/contract"
import { openSimulation, runVisits, type Simulation, type SimulationOptions } from "@doorstream/simulator"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  clientId,
  clientSecret,
  cloudNode,
  frontDoor,
  openHouse,
  systemId,
  type House,
} from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { rest } from "../support/syncing.js"

let house: House
let listening: Listening
let stop: AbortController
let troubles: string[]
let running: Promise<unknown>[]

beforeEach(async () => {
  house = await openHouse({ options: { syncQuiet: 20, drainWithin: 200 } })
  listening = await listen(house.url, await house.token(), topicNames)
  stop = new AbortController()
  troubles = []
  running = []
})
afterEach(async () => {
  stop.abort()
  await Promise.allSettled(running)
  listening.close()
  await house.close()
  expect(house.told.filter(({ level }) => level === "error")).toEqual([])
})

const account = () => ({
  url: house.url,
  clientId,
  clientSecret,
  systemId,
  signal: stop.signal,
  onTrouble: (trouble: string) => void troubles.push(trouble),
})
const patience = { link: { first: 5, most: 50, long: 50, full: 50 }, rest: { first: 5, most: 50 } }
const open = (more: Partial<SimulationOptions> = {}): Promise<Simulation> =>
  openSimulation({ ...account(), seed: 7, ...more }, patience)

async function start(more: Partial<SimulationOptions> = {}): Promise<Simulation> {
  const simulation = await open(more)
  running.push(simulation.run())
  return simulation
}

const heard = (topic: TopicName) => listening.heard.all.filter((said) => said.topic === topic)

describe("A simulation", () => {
  it("makes every topic happen that it is asked for", { timeout: 60_000 }, async () => {
    const simulation = await start({ scenario: "quiet" })
    for (const topic of topicNames) {
      const before = heard(topic).length
      const triggered = await simulation.trigger(topic)
      expect([topic, triggered]).toEqual([topic, expect.objectContaining({ door: expect.any(String) })])
      await listening.heard.until(() => heard(topic).length > before)
    }
    expect(troubles).toEqual([])
  })
})
