/** What an integrator has of `listen`: each event once and in order, whatever happens to the connection. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { listen, type CursorStore } from "@doorstream/client"
import { allowed, doorReport, openHouse, systemId, type House, type Report } from "../support/house.js"
import { endPrograms, fromSources, runNode } from "../support/program.js"

const topics = ["device.request.*", "device.input.dps.opened"] as const
const opened = (): Report => doorReport("device.input.dps.opened")

let house: House
beforeEach(async () => (house = await openHouse({ options: { drainWithin: 100 } })))
afterEach(endPrograms)
afterEach(() => house.close())

const quick = { reconnect: { least: 10, most: 50 } }

/** Listens until it has heard so many. */
async function hear(count: number, more: Partial<Parameters<typeof listen>[0]> = {}): Promise<number[]> {
  const heard: number[] = []
  if (count === 0) return heard
  const asked = { url: house.url, systemId, token: () => house.token(), ...quick, ...more, topics }
  for await (const { event } of listen(asked)) {
    heard.push(event.occurred)
    if (heard.length === count) break
  }
  return heard
}

const timesOf = (reports: readonly Report[]): number[] => reports.map(({ occurred }) => occurred)

describe("Whoever listens by the client", () => {
  it("hears what was reported before and what is reported now, in order", async () => {
    const reports = [allowed(), opened(), allowed()]
    await house.report(reports.slice(0, 2))
    const hearing = hear(3, { after: "earliest" })
    await house.report(reports.slice(2))
    expect(await hearing).toEqual(timesOf(reports))
  })

  it("reads on where it was when the server was started anew", async () => {
    const reports = [allowed(), opened(), allowed(), opened()]
    await house.report(reports[0]!)
    const heard: number[] = []
    const asked = { url: house.url, systemId, topics, token: () => house.token(), ...quick }
    for await (const { event } of listen({ ...asked, after: "earliest", onTrouble: () => undefined })) {
      heard.push(event.occurred)
      if (heard.length === 1) {
        await house.report(reports[1]!)
        await house.restart()
        await house.report(reports.slice(2))
      }
      if (heard.length === reports.length) break
    }
    expect(heard).toEqual(timesOf(reports))
  })

  it("goes on after what it dealt with, in another run with the same store", async () => {
    const reports = [allowed(), opened(), allowed()]
    await house.report(reports)
    let kept: string | undefined
    const store: CursorStore = { load: () => kept, save: (cursor) => (kept = cursor) }
    // The loop is left in the second event, so that only the first was dealt with.
    expect(await hear(2, { store, after: "earliest" })).toEqual(timesOf(reports.slice(0, 2)))
    expect(await hear(2, { store, after: "earliest" })).toEqual(timesOf(reports.slice(1)))
  })

  it("gets what met a lapsed token with the next one", async () => {
    const heard: number[] = []
    const reports = [allowed(), opened(), allowed()]
    await house.report(reports[0]!)
    for await (const { event } of listen({
      ...quick,
      url: house.url,
      systemId,
      topics,
      token: () => house.token(),
      after: "earliest",
    })) {
      heard.push(event.occurred)
      if (heard.length === 1) {
        house.advance(301_000)
        await house.report(reports.slice(1))
      }
      if (heard.length === 3) break
    }
    expect(heard).toEqual(timesOf(reports))
  })

  it("ends with its program, when the loop is left: nothing is held open", async () => {
    await house.report(allowed())
    const program = runNode(
      [...fromSources, "test/support/left-loop.child.ts", house.url, await house.token()],
      {},
    )
    expect(await program.ended).toMatchObject({ code: 0, out: "device.request.allowed\n", err: "" })
  })
})
