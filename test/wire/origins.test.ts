/** What pages of other origins may read: CORS, by the list of origins. PROTOCOL §11. */
import { once } from "node:events"
import { request } from "node:http"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { cloudNode, openHouse, systemId, type House } from "../support/house.js"

const listed = "https://wall.example"
const reports = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`

let house: House
let token: string
beforeAll(async () => {
  house = await openHouse({
    origins: ["http://other.example:81", listed],
    options: { drainWithin: 100 },
  })
  token = await house.token()
})
afterAll(() => house.close())

const from = (origin: string, path: string, method = "GET"): Promise<Response> =>
  fetch(house.url + path, { method, headers: { Origin: origin } })

const corsIn = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")))

const paths = () => [
  `/socket.io/?EIO=4&transport=polling&token=${token}`,
  `/socket.io/?EIO=3&transport=polling&token=${token}`,
  "/socket.io/?EIO=4&transport=polling&sid=none",
  "/socket.io/?EIO=4&transport=pigeon",
  "/oauth2/token",
  "/.well-known/openid-configuration",
  `/${systemId}/holders`,
  "/nowhere",
]

const preflight = (at: string, origin: string): Promise<Response> =>
  fetch(at, {
    method: "OPTIONS",
    headers: {
      Origin: origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization,content-type",
    },
  })

describe("A listed origin", () => {
  it("is echoed, with credentials, on every answer of ours", async () => {
    for (const path of paths())
      for (const method of ["GET", "POST"]) {
        const answer = await from(listed, path, method)
        expect({ path, ...corsIn(answer) }).toEqual({
          path,
          "access-control-allow-origin": listed,
          "access-control-allow-credentials": "true",
          "access-control-expose-headers":
            "ETag, Link, Location, Retry-After, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Total-Count",
        })
        expect(answer.headers.get("vary")).toBe("Origin")
      }
  })

  it("is told beforehand what it may send, while the server drains too", async () => {
    const own = await openHouse({ origins: [listed] })
    const may = {
      "access-control-allow-origin": listed,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID",
    }
    const askAll = async (): Promise<void> => {
      for (const path of [...paths(), reports]) {
        const answer = await preflight(own.url + path, listed)
        expect({ path, status: answer.status }).toEqual({ path, status: 204 })
        expect(corsIn(answer)).toMatchObject(may)
      }
    }
    await askAll()

    const sending = request(`${own.url}/oauth2/token`, {
      method: "POST",
      headers: { Expect: "100-continue" },
    })
    sending.flushHeaders()
    await once(sending, "continue")
    const closing = own.server().close()
    // Node ends the connections that are idle, so what asks now asks on one of its own.
    await askAll()
    const refused = await fetch(own.url + reports, { method: "POST", headers: { Origin: listed } })
    expect(refused.status).toBe(503)
    expect(corsIn(refused)).toMatchObject({ "access-control-allow-origin": listed })
    sending.end()
    await closing
    await own.close()
  })
})

describe("An origin that is not listed", () => {
  const strangers = [
    "https://elsewhere.example",
    "http://wall.example",
    `${listed}:8443`,
    "https://a.wall.example",
    "https://wall.example.elsewhere.example",
    "null",
    "*",
  ]

  it.each(strangers)("gets answers that no browser lets it read: %s", async (origin) => {
    for (const path of paths()) {
      const answer = await from(origin, path)
      expect({ path, ...corsIn(answer) }).toEqual({ path })
      expect(answer.headers.get("vary")).toBe("Origin")
    }
    const refused = await preflight(house.url + reports, origin)
    expect({ status: refused.status, ...corsIn(refused) }).toEqual({ status: 403 })
  })

  it("opens a WebSocket, because only the token counts there", async () => {
    const socket = new WebSocket(`${house.url}/socket.io/?EIO=4&transport=websocket&token=${token}`, {
      origin: "https://elsewhere.example",
    })
    const [first] = (await once(socket, "message")) as [Buffer]
    expect(first.toString()).toMatch(/^0\{"sid"/)
    socket.terminate()
  })
})

describe("A server without a list of origins", () => {
  it("lets no page read anything, and its answers are everybody's alike", async () => {
    const own = await openHouse()
    const answer = await fetch(`${own.url}/health`, { headers: { Origin: own.url } })
    expect({ ...corsIn(answer), vary: answer.headers.get("vary") }).toEqual({ vary: null })
    await own.close()
  })
})
