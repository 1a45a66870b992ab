/** A page in a real browser, on an origin of its own, listens with the Socket.IO client. PROTOCOL §11. */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { openBrowser, servePages, whyNoBrowser, type BrowserVersion, type Pages } from "../support/browser.js"
import { allowed, openHouse, systemId, type House } from "../support/house.js"
import { Heard } from "../support/listeners.js"

/** What runs in the page: the specification's sample, and `tell` and `getToken` that the test gives it. */
const script = `
  function listen({ url, token, version, transports }) {
    const socket = clients[version](url + "?systemId=${systemId}&token=" + token, { transports, forceNew: true })
    socket.on("connect", () =>
      socket.emit("subscribeIsolated", { topics: ["device.request.allowed"] }, (answer) => tell("subscribed", answer)))
    socket.on("device.request.allowed", (event) => tell("device.request.allowed", event))
    socket.on("invalidToken", async (event) => {
      tell("invalidToken", event)
      socket.emit("renewedToken", { token: await getToken() })
    })
    socket.on("connect_error", (error) => tell("connect_error", String(error)))
    window.socket = socket
  }
  async function read({ url, token }) {
    const answer = await fetch(url + "/${systemId}/holders", { headers: { Authorization: "Bearer " + token } })
    return { status: answer.status, total: answer.headers.get("x-total-count"), holders: await answer.json() }
  }`

interface Told {
  readonly what: string
  readonly body: { readonly occurred?: number }
}

const ways: Readonly<Record<string, readonly string[]>> = {
  "polling alone": ["polling"],
  "WebSocket alone": ["websocket"],
  "polling, then WebSocket": ["polling", "websocket"],
}

const cases = (["2.5", "4.8"] as const).flatMap((version) =>
  Object.entries(ways).map(([way, transports]): [BrowserVersion, string, readonly string[]] => [
    version,
    way,
    transports,
  ]),
)

function describePages(): void {
  let browser: Browser
  let listed: Pages
  let stranger: Pages
  let house: House
  beforeAll(async () => {
    listed = await servePages(script)
    stranger = await servePages(script)
    house = await openHouse({ origins: [listed.origin], options: { drainWithin: 100 } })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await house?.close()
    await listed?.close()
    await stranger?.close()
  })

  let page: Page
  let told: Heard<Told>
  const open = async ({ origin }: Pages): Promise<void> => {
    told = new Heard()
    const context = await browser.newContext()
    page = await context.newPage()
    await page.exposeFunction("tell", (what: string, body: Told["body"]) => told.add({ what, body }))
    await page.exposeFunction("getToken", () => house.token())
    await page.goto(origin)
  }
  /** Calls a function of the page with what JSON can say. */
  const call = async (name: "listen" | "read", more: object = {}): Promise<unknown> =>
    page.evaluate(`${name}(${JSON.stringify({ url: house.url, token: await house.token(), ...more })})`)
  const heardTimes = (): (number | undefined)[] =>
    told.all.filter(({ what }) => what === "device.request.allowed").map(({ body }) => body.occurred)

  describe("of a listed origin", () => {
    beforeEach(() => open(listed))

    it.each(cases)("subscribes, hears and renews: client %s over %s", async (version, _, transports) => {
      await call("listen", { version, transports })
      await told.until((all) => all.some(({ what }) => what === "subscribed"))
      const heard = allowed()
      await house.report(heard)
      await told.until(() => heardTimes().includes(heard.occurred))

      house.advance(301_000)
      const missed = [allowed(), allowed()]
      await house.report(missed)
      await told.until(() => heardTimes().includes(missed[1]!.occurred))
      const newer = allowed()
      await house.report(newer)
      await told.until(() => heardTimes().includes(newer.occurred))
      expect(heardTimes()).toEqual([heard, ...missed, newer].map(({ occurred }) => occurred))
      expect(told.all.map(({ what }) => what)).toContain("invalidToken")
      await page.waitForFunction(`socket.io.engine.transport.name === "${transports.at(-1)}"`)
      await page.context().close()
    })

    it("reads over HTTP with its token, and how much there is in all", async () => {
      const { status, total, holders } = (await call("read")) as {
        status: number
        total: string
        holders: unknown[]
      }
      expect({ status, holders: holders.length }).toEqual({ status: 200, holders: 10 })
      expect(Number(total)).toBeGreaterThanOrEqual(10)
      await page.context().close()
    })
  })

  describe("of an origin that is not listed", () => {
    beforeEach(() => open(stranger))

    it.each(["2.5", "4.8"])("cannot connect by polling: client %s", async (version) => {
      await call("listen", { version, transports: ["polling"] })
      await told.until((all) => all.some(({ what }) => what === "connect_error"))
      expect(told.all.map(({ what }) => what)).not.toContain("subscribed")
      await page.context().close()
    })

    it("cannot read over HTTP", async () => {
      await expect(call("read")).rejects.toThrow("Failed to fetch")
      await page.context().close()
    })
  })
}

function describeAbsence(): void {
  it(`are not run, because ${whyNoBrowser}`, ({ task, skip }) => {
    console.log(`Pages in Chromium ${task.name}.`)
    skip(task.name)
  })
}

describe("Pages in Chromium", () => (whyNoBrowser === undefined ? describePages() : describeAbsence()))
