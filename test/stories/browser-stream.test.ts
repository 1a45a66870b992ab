/**
 * A page in a real browser, on an origin of its own, listens with the browser's own EventSource, which comes back by itself
 * with the id that it heard last. PROTOCOL §20.
 */
import type { Browser, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { openBrowser, servePages, whyNoBrowser, type Pages } from "../support/browser.js"
import { openNetwork, type Network } from "../support/cutting.js"
import { doorReport, openHouse, systemId, type House } from "../support/house.js"
import { Heard } from "../support/listeners.js"

const opened = "device.input.dps.opened"

/** What runs in the page, and `tell` that the test gives it. A page with a new token opens another EventSource. */
const script = `
  let source
  function listen({ url, token, after }) {
    source?.close()
    const query = "topics=${opened}&token=" + token + (after === undefined ? "" : "&after=" + after)
    source = new EventSource(url + "/${systemId}/stream?" + query)
    source.onopen = () => tell({ what: "open" })
    source.onerror = () => tell({ what: "error", state: source.readyState })
    for (const name of ["${opened}", "invalidToken", "stream.gap", "stream.refused"])
      source.addEventListener(name, ({ data, lastEventId }) =>
        tell({ what: name, body: JSON.parse(data), lastEventId }))
  }`

interface Told {
  readonly what: string
  readonly body?: { readonly occurred?: number; readonly reason?: string }
  readonly lastEventId?: string
  /** Of the EventSource: 0 where it is coming back, 2 where it has given up. */
  readonly state?: number
}

function describePages(): void {
  let browser: Browser
  let listed: Pages
  let stranger: Pages
  beforeAll(async () => {
    listed = await servePages(script)
    stranger = await servePages(script)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await listed?.close()
    await stranger?.close()
  })

  let house: House
  let network: Network
  let page: Page
  let told: Heard<Told>
  beforeEach(async () => {
    house = await openHouse({ origins: [listed.origin] })
    network = await openNetwork(house.url)
  })
  afterEach(async () => {
    await page.context().close()
    await network.close()
    await house.close()
  })

  const listen = async (more: object = {}): Promise<void> =>
    page.evaluate(`listen(${JSON.stringify({ url: network.url, token: await house.token(), ...more })})`)
  const open = async ({ origin }: Pages): Promise<void> => {
    told = new Heard()
    const context = await browser.newContext()
    page = await context.newPage()
    await page.exposeFunction("tell", (said: Told) => told.add(said))
    await page.goto(origin)
    await listen()
  }
  const count = (what: string): number => told.all.filter((said) => said.what === what).length
  const until = async (what: string, times: number): Promise<void> =>
    void (await told.until(() => count(what) >= times))
  const times = (): (number | undefined)[] =>
    told.all.filter(({ what }) => what === opened).map(({ body }) => body?.occurred)

  /** So many doors are opened; when. */
  const happen = async (doors: number): Promise<number[]> => {
    const reports = Array.from({ length: doors }, () => doorReport(opened))
    await house.report(reports)
    return reports.map(({ occurred }) => occurred)
  }

  it("comes back by itself when its connection was cut, and hears everything once and in order", async () => {
    await open(listed)
    await until("open", 1)
    const occurred = await happen(2)
    await until(opened, 2)
    for (let cuts = 1; cuts <= 2; cuts += 1) {
      network.cut()
      occurred.push(...(await happen(2)))
      await until("open", 1 + cuts)
      occurred.push(...(await happen(1)))
      await until(opened, occurred.length)
    }
    expect(times()).toEqual(occurred)
    expect(new Set(told.all.map(({ what }) => what))).toEqual(new Set(["open", "error", opened]))
    expect(told.all.filter(({ what }) => what === "error").map(({ state }) => state)).toEqual([0, 0])
  })

  it("comes back by itself when the server was restarted, though it had heard nothing before", async () => {
    await open(listed)
    await until("open", 1)
    const occurred: number[] = []
    for (let restarts = 1; restarts <= 2; restarts += 1) {
      await house.restart()
      occurred.push(...(await happen(2)))
      await until(opened, occurred.length)
    }
    expect(times()).toEqual(occurred)
  })

  it("hears invalidToken when its token lapses, and goes on with another token from the id that it has", async () => {
    await open(listed)
    await until("open", 1)
    const occurred = await happen(1)
    await until(opened, 1)
    house.advance(301_000)
    occurred.push(...(await happen(2)))
    await until("invalidToken", 2)
    const { body, lastEventId } = told.all.findLast(({ what }) => what === "invalidToken")!
    expect(body).toMatchObject({ reason: "token_expired" })
    await listen({ after: lastEventId })
    await until(opened, 3)
    occurred.push(...(await happen(1)))
    await until(opened, 4)
    expect(times()).toEqual(occurred)
  })

  it("comes back with a token that has lapsed meanwhile and is told so, and does not give up", async () => {
    await open(listed)
    await until("open", 1)
    house.advance(301_000)
    network.cut()
    await until("invalidToken", 1)
    expect(told.all.filter(({ what }) => what === "error").map(({ state }) => state)).toEqual([0])
  })

  it("hears nothing on a page whose origin is not listed", async () => {
    await open(stranger)
    await until("error", 1)
    expect(told.all).toEqual([{ what: "error", state: 2 }])
  })
}

function describeAbsence(): void {
  it(`is not opened, because ${whyNoBrowser}`, ({ task, skip }) => {
    console.log(`An EventSource in Chromium ${task.name}.`)
    skip(task.name)
  })
}

describe("An EventSource in Chromium", () =>
  whyNoBrowser === undefined ? describePages() : describeAbsence())
