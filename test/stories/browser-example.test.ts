/** The example of a page that gets its tokens from a server of its own, in Chromium. */
import { once } from "node:events"
import { connect, createServer, type AddressInfo, type Server } from "node:net"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openBrowser, whyNoBrowser } from "../support/browser.js"
import { allowed, clientId, clientSecret, openHouse, systemId, type House } from "../support/house.js"
import { endPrograms, runNode, type Program } from "../support/program.js"

/** The server must know the page's origin before it starts, and the page's server the server's address: so this first. */
async function openWayTo(house: () => House): Promise<{ url: string; server: Server }> {
  const server = createServer((near) => {
    const far = connect(Number(new URL(house().url).port), "127.0.0.1")
    near.on("error", () => far.destroy()).pipe(far)
    far.on("error", () => near.destroy()).pipe(near)
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

// Without Chromium there is nothing to see; browser.test says so and how to get it.
describe.skipIf(whyNoBrowser !== undefined)("The example of a page", () => {
  let house: House
  let way: Awaited<ReturnType<typeof openWayTo>>
  let program: Program
  let address: string
  let browser: Browser
  beforeAll(async () => {
    way = await openWayTo(() => house)
    program = runNode(["examples/browser/server.mjs"], {
      DOORSTREAM_URL: way.url,
      DOORSTREAM_CLIENT: clientId,
      DOORSTREAM_SECRET: clientSecret,
      DOORSTREAM_SYSTEM: systemId,
      PORT: "0",
    })
    address = await program.prints(/^http:/)
    house = await openHouse({ origins: [address], options: { drainWithin: 100 } })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await endPrograms()
    await house?.close()
    way?.server.close()
  })

  const shows = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor()

  it("listens, renews by itself, comes back after a cut, and never holds the secret", async () => {
    const page = await browser.newPage()
    const seen: string[] = []
    page.on("response", async (response) => seen.push(response.url(), await response.text().catch(String)))
    await page.goto(address)
    await shows(page, "Listening")

    const times = (): Promise<string[]> => page.locator("#events li").allTextContents()
    const hears = async (): Promise<void> => {
      const before = (await times()).length
      while ((await times()).length === before) await house.report(allowed())
    }
    await hears()
    house.advance(301_000)
    await hears()
    await house.restart()
    await shows(page, "Listening")
    await hears()

    expect(seen.join("\n")).toContain("/token")
    expect(seen.join("\n")).not.toContain(clientSecret)
    expect(seen.filter((each) => each.startsWith(way.url)).join("\n")).not.toContain("token=")
    program.kill("SIGINT")
    expect(await program.ended).toMatchObject({ code: 0, signal: null })
  })
})
