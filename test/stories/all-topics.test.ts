/**
 * All 31 headings of the specification in the open: a server, a virtual building on its node links, and a listener. Each
 * is heard because it happened; nobody posts a report.
 */
import { topicNames, type TopicName } from "@doorstream/contract"
import { faultsOfEvent } from "@doorstream/contract/validate"
import { openSimulation, type Simulation } from "@doorstream/simulator"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { doorstream, makeFolder, startDemo } from "../support/command.js"
import { clientId, clientSecret, openHouse, systemId, type House } from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { scrapeOf } from "../support/metrics.js"
import { endPrograms } from "../support/program.js"

const heardOf = ({ heard }: Listening, topic: TopicName) => heard.all.filter((said) => said.topic === topic)

const faultsIn = ({ heard }: Listening): string[] =>
  heard.all.flatMap(({ topic, event }) =>
    faultsOfEvent(topic as TopicName, event).map((fault) => `${topic}: ${fault}`),
  )

describe("A virtual building in which things are made to happen", () => {
  let house: House
  let simulation: Simulation
  let listening: Listening
  let living: Promise<void>
  const stop = new AbortController()

  beforeAll(async () => {
    house = await openHouse({ metricsPort: 0, options: { syncQuiet: 50 } })
    listening = await listen(house.url, await house.token(), topicNames)
    const { signal } = stop
    const account = { url: house.url, clientId, clientSecret, systemId }
    // Now and then somebody comes or goes: hardly anything is heard that was not made to happen.
    simulation = await openSimulation({ ...account, scenario: "quiet", seed: 7, signal })
    living = simulation.run()
  })
  afterAll(async () => {
    stop.abort()
    await living
    listening.close()
    await house.close()
  })

  it.each(topicNames)(
    "is heard, with the form that the contract has for it: %s",
    { timeout: 90_000 },
    async (topic) => {
      const before = heardOf(listening, topic).length
      expect(await simulation.trigger(topic)).toMatchObject({
        did: expect.arrayContaining([expect.any(String)]),
      })
      await listening.heard.until(() => heardOf(listening, topic).length > before)
      expect(faultsIn(listening)).toEqual([])
    },
  )

  it("has told nothing of doors and controllers but what its cloud node has reported over its link", async () => {
    stop.abort()
    await living
    const ofReports = listening.heard.all.filter(({ topic }) => /^(device|endpoint)/.test(topic)).length
    expect(ofReports).toBeGreaterThan(40)
    // What is sent again after a cut counts twice there, and is heard once.
    const linked = (await scrapeOf(house)).get("doorstream_node_link_reports_total")
    expect(linked).toBeGreaterThanOrEqual(ofReports)
  })
})

describe("npm start", () => {
  const folder = makeFolder()
  afterEach(endPrograms)
  afterAll(folder.remove)

  it("lets who comes later hear all 31", { timeout: 180_000 }, async () => {
    const demo = await startDemo({ DOORSTREAM_DATA: folder.path })
    const asked = doorstream(["token"], { DOORSTREAM_URL: demo.url })
    const { out: token } = await asked.ended
    const early = await listen(demo.url, token.trim(), ["cloudnode.deleted"])
    await early.heard.atLeast(1)
    early.close()
    const late = await listen(demo.url, token.trim(), topicNames)
    await late.heard.until(() => topicNames.every((topic) => heardOf(late, topic).length > 0))
    expect(faultsIn(late)).toEqual([])
    late.close()
    expect(demo.err.all).toEqual([])
  })
})
