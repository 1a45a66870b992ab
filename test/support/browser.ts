/** A headless Chromium, and pages for it on an origin of their own. It must not know what is tested. */
import { existsSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { chromium, type Browser } from "playwright-core"

const program = "/usr/bin/chromium"

/** Why there is no browser to test with; undefined where there is one. */
export const whyNoBrowser = existsSync(program)
  ? undefined
  : `${program} is not there. Install it with: apt-get install -y chromium`

/** Starts a Chromium with a profile of its own, which talks to nobody by itself. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })

const installed = (path: string): string =>
  fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url))

/** The file that a page loads, by the client library's version. */
const clientFile = {
  "2.5": installed("socket.io-client-2/dist/socket.io.js"),
  "4.8": installed("socket.io-client/dist/socket.io.min.js"),
}

export type BrowserVersion = keyof typeof clientFile

export interface Pages {
  /** Where the pages are, which is their origin. */
  readonly origin: string
  close(): Promise<unknown>
}

/** Serves `/` with this script in it, and the Socket.IO clients at `/2.5.js` and `/4.8.js`, on a free port. */
export async function servePages(script: string): Promise<Pages> {
  const html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>A page</title>
<script src="/2.5.js"></script><script>const io2 = io</script>
<script src="/4.8.js"></script><script>const clients = { "2.5": io2, "4.8": io }</script>
<script>${script}</script>`
  const server = createServer(({ url }, response) => {
    const version = url?.slice(1, -3) ?? ""
    const [type, body] =
      version in clientFile
        ? ["text/javascript", readFileSync(clientFile[version as BrowserVersion])]
        : ["text/html", html]
    response.writeHead(200, { "Content-Type": type }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
