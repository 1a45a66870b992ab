/** What every answer over HTTP says to browsers. PROTOCOL §12. */
import { afterAll, beforeAll, expect, it } from "vitest"
import { openHouse, systemId, type House } from "../support/house.js"

let house: House
let token: string
beforeAll(async () => {
  house = await openHouse({ origins: ["https://wall.example"], options: { drainWithin: 100 } })
  token = await house.token()
})
afterAll(() => house.close())

const answers: readonly [what: string, path: () => string, init: RequestInit, status: number][] = [
  ["a handshake by polling", () => `/socket.io/?EIO=4&transport=polling&token=${token}`, {}, 200],
  ["what Engine.IO refuses", () => "/socket.io/?EIO=4&transport=pigeon", {}, 400],
  ["health", () => "/health", {}, 200],
  ["what REST refuses", () => `/${systemId}/holders`, {}, 401],
  ["what is not there", () => "/nowhere", {}, 404],
  [
    "what the front refuses",
    () => "/health",
    {
      method: "OPTIONS",
      headers: { Origin: "https://elsewhere.example", "Access-Control-Request-Method": "POST" },
    },
    403,
  ],
  [
    "a preflight",
    () => "/oauth2/token",
    {
      method: "OPTIONS",
      headers: { Origin: "https://wall.example", "Access-Control-Request-Method": "POST" },
    },
    204,
  ],
]

it.each(answers)(
  "Answers say what browsers need to be told, and not who answers: %s",
  async (_, path, init, is) => {
    const { status, headers } = await fetch(house.url + path(), init)
    expect({ status, ...Object.fromEntries(headers) }).toMatchObject({
      status: is,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
    })
    for (const name of ["server", "x-powered-by", "strict-transport-security"])
      expect(headers.has(name), name).toBe(false)
  },
)

it("An answer says that its connection is kept for longer than proxies keep theirs, which is a minute", async () => {
  const { headers } = await fetch(`${house.url}/health`)
  expect(Number(/timeout=(\d+)/.exec(headers.get("keep-alive") ?? "")?.[1])).toBeGreaterThan(60)
})
