/** A listener under the hostile network in a page of a real browser, which loads the client as one file. */
import type { Browser } from "playwright-core"
import { openBrowser, servePages, type Pages } from "../support/browser.js"
import { bundle } from "../support/bundle.js"
import { systemId } from "../support/house.js"
import { Ear, type Calling, type Event, type Listener } from "./listener.js"

/** What runs in the page, beside the client; `hear`, `trouble` and `getToken` are the test's. */
const script = `
  async function listen({ url, topics }) {
    const settings = {
      url,
      systemId: "${systemId}",
      token: getToken,
      topics,
      after: "earliest",
      heartbeat: 1000,
      reconnect: { least: 20, most: 300 },
      onTrouble: () => undefined,
      gaps: "yield",
    }
    try {
      for await (const { topic, event, cursor } of doorstream.listen(settings)) await hear(topic, event, cursor)
      await trouble("The loop has ended.")
    } catch (error) {
      await trouble(String(error))
    }
  }`

/** A browser with a page in it that listens. */
export class PageInChaos {
  private constructor(
    readonly pages: Pages,
    readonly browser: Browser,
  ) {}

  static async open(): Promise<PageInChaos> {
    const { code } = await bundle('export { listen } from "@doorstream/client"', "iife")
    return new PageInChaos(await servePages(`${code}\n${script}`), await openBrowser())
  }

  async listen(calling: Calling): Promise<Listener> {
    const ear = new Ear(calling)
    const page = await this.browser.newPage()
    await page.exposeFunction("hear", (topic: string, event: Event, cursor: string) =>
      calling.topics.includes(topic) ? ear.hear(topic, event, cursor) : ear.trouble(topic),
    )
    await page.exposeFunction("trouble", (what: string) => ear.trouble(what))
    await page.exposeFunction("getToken", () => calling.tokens.fresh())
    await page.goto(this.pages.origin)
    ear.connect()
    await page.evaluate(`void listen(${JSON.stringify({ url: calling.url, topics: calling.topics })})`)
    ear.begin()
    return { kind: "SDK, page", ear, close: () => void page.close() }
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.pages.close()
  }
}
