/** A page in a real browser listens by the client of our own, and goes on where it was when it is loaded again. PROTOCOL §11. */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openBrowser, servePages, whyNoBrowser, type Pages } from "../support/browser.js"
import { bundle } from "../support/bundle.js"
import { allowed, openHouse, systemId, type House } from "../support/house.js"
import { Heard } from "../support/listeners.js"

const script = `
  async function listen(url) {
    const settings = {
      url,
      systemId: "${systemId}",
      token: getToken,
      topics: ["device.request.*"],
      store: doorstream.localStorageStore("doors"),
      after: "earliest",
    }
    try {
      for await (const { event } of doorstream.listen(settings)) await tell(event.occurred)
    } catch (error) {
      await tell(String(error))
    }
  }`

function describePage(): void {
  let browser: Browser
  let pages: Pages
  let house: House
  let page: Page
  const told = new Heard<unknown>()
  beforeAll(async () => {
    const { code } = await bundle('export { listen, localStorageStore } from "@doorstream/client"', "iife")
    pages = await servePages(`${code}\n${script}`)
    house = await openHouse({ origins: [pages.origin], options: { drainWithin: 100 } })
    browser = await openBrowser()
    page = await browser.newPage()
    await page.exposeFunction("tell", (what: unknown) => told.add(what))
    await page.exposeFunction("getToken", () => house.token())
  })
  afterAll(async () => {
    await browser?.close()
    await house?.close()
    await pages?.close()
  })

  it("hears, renews, comes back after a restart, and goes on where it was when it is loaded again", async () => {
    const listen = async (): Promise<void> => {
      await page.goto(pages.origin)
      await page.evaluate(`void listen("${house.url}")`)
    }
    const reports = [allowed(), allowed(), allowed(), allowed()]
    const times = reports.map(({ occurred }) => occurred)
    await house.report(reports[0]!)
    await listen()
    await told.atLeast(1)
    house.advance(301_000)
    await house.report(reports[1]!)
    await told.atLeast(2)
    await house.restart()
    await house.report(reports[2]!)
    await told.atLeast(3)
    await page.waitForFunction(`localStorage.getItem("doors") !== null`)
    const kept = await page.evaluate(`localStorage.getItem("doors")`)
    await listen()
    await house.report(reports[3]!)
    await told.until((all) => all.at(-1) === times[3])
    // What the loop was in, and could not say that it was done with, may come again; nothing is missing.
    expect(told.all.slice(0, 3)).toEqual(times.slice(0, 3))
    expect(told.all.slice(3).filter((time) => time !== times[2])).toEqual([times[3]])
    expect(kept).toMatch(/^1\./)
  })

  it("hears why it may not, where its origin is not listed", async () => {
    const strangers = await openHouse({ options: { drainWithin: 100 } })
    await page.goto(pages.origin)
    const { origin } = pages
    const answer = await page.evaluate(
      `doorstream.listen({ url: "${strangers.url}", systemId: "x", topics: ["*"], token: "t", reconnect: { attempts: 1, least: 10 } })
        [Symbol.asyncIterator]().next().catch(({ code, message }) => code + " from " + location.origin)`,
    )
    expect(answer).toBe(`unreachable from ${origin}`)
    await strangers.close()
  })
}

function describeAbsence(): void {
  it(`is not run, because ${whyNoBrowser}`, ({ task, skip }) => {
    console.log(`A page with the client ${task.name}.`)
    skip(task.name)
  })
}

describe("A page with the client", () => (whyNoBrowser === undefined ? describePage() : describeAbsence()))
