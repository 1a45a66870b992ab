/**
 * The limits, each met by somebody who goes beyond it: what is refused is said before Engine.IO sees it, so that
 * clients come back, and whoever has a connection keeps it. PROTOCOL §13.
 */
import { once } from "node:events"
import { request } from "node:http"
import type { IncomingMessage } from "node:http"
import { refusals, type RefusalCode } from "@doorstream/contract"
import { afterEach, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { allowed, clientId, clientSecret, openHouse, systemId, wordy, wordyReport } from "../support/house.js"
import type { House, HouseSettings } from "../support/house.js"
import { clients, listen, listenRaw, versions, type RawListening } from "../support/listeners.js"
import { listenByPolling } from "../support/polling.js"

let house: House
const open: { close(): void }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) each.close()
  await house.close()
})

const openWith = async (limits: NonNullable<HouseSettings["limits"]>, more: HouseSettings = {}) => {
  house = await openHouse({ ...more, limits })
  return house.token()
}

interface Refused {
  readonly status: number
  readonly retryAfter: number
  readonly code: string
  readonly message: string
}

const refusedIn = async (response: Response): Promise<Refused> => ({
  status: response.status,
  retryAfter: Number(response.headers.get("retry-after")),
  ...((await response.json()) as { code: string; message: string }),
})

/** A handshake by polling, as a client begins. */
const shake = (token: string): Promise<Response> =>
  fetch(`${house.url}/socket.io/?EIO=4&transport=polling&token=${token}`)

/** A WebSocket that is not let in: what it is answered instead. */
async function upgrade(token: string): Promise<Refused> {
  const socket = new WebSocket(
    `${house.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket&token=${token}`,
  )
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage]
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
  return {
    status: response.statusCode ?? 0,
    retryAfter: Number(response.headers["retry-after"]),
    ...(JSON.parse(text) as { code: string; message: string }),
  }
}

async function connect(token: string): Promise<RawListening> {
  const raw = await listenRaw(house.url, `token=${token}`)
  open.push(raw)
  await raw.frames.until((all) => all.includes("40"))
  return raw
}

const expectRefusal = (refused: Refused, code: RefusalCode): void => {
  expect(refused).toMatchObject({ code, status: refusals[code].status })
  expect(refused.message.startsWith(refusals[code].means)).toBe(true)
  expect(refused.retryAfter).toBeGreaterThanOrEqual(1)
}

const idToken = async (): Promise<Response> =>
  fetch(`${house.url}/oauth2/token`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(clientSecret)}`).toString("base64")}`,
    },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  })

describe("A connection beyond the limit", () => {
  const bounds = [
    ["of its address", { connectionsPerAddress: 2 }, "too_many_connections"],
    ["of its API client", { connectionsPerClient: 2 }, "too_many_connections"],
    ["of all", { connections: 2 }, "server_full"],
  ] as const
  for (const [what, limits, code] of bounds)
    it(`${what} is refused ${code}, over polling and WebSocket, and those that are open stay`, async () => {
      const token = await openWith(limits)
      const first = await connect(token)
      await connect(token)
      expectRefusal(await refusedIn(await shake(token)), code)
      expectRefusal(await upgrade(token), code)

      first.send('421["subscribeIsolated",{"topics":["*"]}]')
      await first.frames.until((all) => all.some((frame) => frame.startsWith("431")))
      await house.report(allowed())
      await first.frames.until((all) => all.some((frame) => frame.startsWith("42[")))
    })

  it("does not stop the polls of one that is open", async () => {
    const token = await openWith(
      { connections: 1, requestsPerSecond: 1 },
      // It ends with no poll open, and is not waited for.
      { options: { drainWithin: 100 } },
    )
    const polling = await listenByPolling(house.url, token, ["device.request.allowed"])
    expectRefusal(await refusedIn(await shake(token)), "server_full")
    for (let polls = 0; polls < 15; polls++) {
      await polling.send('421["subscribeIsolated",{"topics":[]}]')
      expect((await polling.poll()).join()).toContain("431")
    }
  })

  for (const version of versions)
    for (const transport of ["websocket", "polling"])
      it(`is made by socket.io-client ${version} over ${transport} as soon as there is a place`, async () => {
        const token = await openWith({ connections: 1 })
        const first = await connect(token)
        const socket = clients[version](`${house.url}?systemId=${systemId}&token=${token}`, {
          forceNew: true,
          transports: [transport],
          reconnectionDelay: 20,
          reconnectionDelayMax: 20,
        })
        open.push({ close: () => void socket.close() })
        await new Promise<void>((resolve) => socket.on("connect_error", () => resolve()))
        const connected = new Promise<void>((resolve) => socket.on("connect", () => resolve()))
        first.close()
        await connected
      })

  it("is closed, and made again by the client, where the token came with CONNECT", async () => {
    const token = await openWith({ connectionsPerClient: 1 })
    const first = await connect(token)
    const socket = clients["4.8"](house.url, {
      forceNew: true,
      auth: { token },
      reconnectionDelay: 20,
      reconnectionDelayMax: 20,
    })
    open.push({ close: () => void socket.close() })
    const manager = socket.io as unknown as { once(name: string, hear: () => void): void }
    await new Promise<void>((resolve) => manager.once("close", resolve))
    const connected = new Promise<void>((resolve) => socket.on("connect", () => resolve()))
    first.close()
    await connected
  })

  it("leaves no place taken when its handshake came to nothing", async () => {
    const token = await openWith({ connections: 1 })
    for (let times = 0; times < 3; times++) {
      const answer = await fetch(`${house.url}/socket.io/?EIO=4&transport=pigeon&token=${token}`)
      expect(await answer.json()).toEqual({ code: 0, message: "Transport unknown" })
    }
    await connect(token)
  })
})

describe("Requests beyond the limit", () => {
  it("are refused too_many_requests, and let through again when the time has come", async () => {
    house = await openHouse({ limits: { requestsPerSecond: 1 } })
    const health = () => fetch(`${house.url}/health`)
    for (let times = 0; times < 10; times++) expect((await health()).status).toBe(200)
    expectRefusal(await refusedIn(await health()), "too_many_requests")
    expectRefusal(await upgrade("any"), "too_many_requests")
    house.advance(2000)
    expect((await health()).status).toBe(200)
  })

  it("are refused too_many_requests also where they name a sid that is not open", async () => {
    house = await openHouse({ limits: { requestsPerSecond: 1 } })
    const poll = () => fetch(`${house.url}/socket.io/?EIO=4&transport=polling&sid=none`)
    for (let times = 0; times < 10; times++) expect((await poll()).status).toBe(400)
    expectRefusal(await refusedIn(await poll()), "too_many_requests")
  })
})

describe("REST requests of an API client", () => {
  it("say what is left, are refused too_many_requests beyond that, and are told how long it lasts", async () => {
    let now = Date.now()
    const token = await openWith({ callsPerSecondPerClient: 1 }, { options: { now: () => now } })
    const ask = (path = `/${systemId}/holders`) =>
      fetch(house.url + path, { headers: { Authorization: `Bearer ${token}` } })
    const told = ({ headers }: Response) =>
      ["Limit", "Remaining", "Reset"].map((name) => Number(headers.get(`X-RateLimit-${name}`)))
    for (let left = 9; left >= 0; left--) expect(told(await ask())).toEqual([10, left, 10 - left])
    const refused = await ask("/api/systems")
    expect(told(refused)).toEqual([10, 0, 10])
    expectRefusal(await refusedIn(refused), "too_many_requests")
    expect((await house.report(allowed())).accepted).toHaveLength(1)
    now += 3000
    expect(told(await ask())).toEqual([10, 2, 8])
  })
})

describe("Tokens beyond the limit", () => {
  it("of an address are refused too_many_tokens; what is no token is not counted", async () => {
    await openWith({ tokensPerMinutePerAddress: 3 })
    await (await idToken()).text()
    const refused = await refusedIn(await idToken())
    expectRefusal(refused, "too_many_tokens")
    expect(refused.retryAfter).toBeLessThanOrEqual(20)
    expect((await fetch(`${house.url}/health`)).status).toBe(200)
    house.advance(refused.retryAfter * 1000)
    expect((await idToken()).status).toBe(200)
  })

  it("of an API client are refused too_many_tokens, in both steps; a wrong secret costs the client nothing", async () => {
    house = await openHouse({ limits: { tokensPerMinutePerClient: 2 } })
    for (let times = 0; times < 9; times++) {
      const answer = await fetch(`${house.url}/oauth2/token`, {
        method: "POST",
        body: new URLSearchParams({
          client_id: clientId,
          client_secret: "wrong",
          grant_type: "client_credentials",
        }),
      })
      expect(answer.status).toBe(401)
    }
    const { id_token } = (await (await idToken()).json()) as { id_token: string }
    expect((await idToken()).status).toBe(200)
    expectRefusal(await refusedIn(await idToken()), "too_many_tokens")
    expectRefusal(
      await refusedIn(await house.post(`/api/systems/${systemId}/token`, "", id_token)),
      "too_many_tokens",
    )
  })
})

describe("A message with too many topics", () => {
  it("is refused too_many_topics as a whole, and what was subscribed stays", async () => {
    const token = await openWith({ topicsPerMessage: 3 })
    const raw = await connect(token)
    const ask = async (topics: readonly string[]) => {
      raw.send(`421${JSON.stringify(["subscribeIsolated", { topics }])}`)
      const count = raw.frames.all.filter((frame) => frame.startsWith("431")).length
      const frames = await raw.frames.until(
        (all) => all.filter((frame) => frame.startsWith("431")).length > count,
      )
      return (JSON.parse(frames.at(-1)!.slice(3)) as [{ topics: string[]; refused: object[] }])[0]
    }
    await ask(["device.request.allowed"])
    expect(await ask(Array.from({ length: 4 }, () => "sync.synced"))).toMatchObject({
      topics: ["device.request.allowed"],
      refused: [{ topic: null, code: "too_many_topics" }],
    })
    expect((await ask(["sync.synced", "*", "device.*"])).refused).toEqual([])
  })
})

describe("A replay", () => {
  it("takes at least as long as its bytes a second allow, and leaves nothing out", async () => {
    const limits = { replayBytesPerSecond: 1_000_000 }
    const token = await openWith(limits, { more: wordy, systemTokenLifetime: 60 })
    const listening = await listen(house.url, token, ["device.input.dps.opened"])
    open.push(listening)
    house.advance(61_000)
    // More than one page of the log, each event more than 8 kB.
    await house.report(Array.from({ length: 150 }, wordyReport))
    await house.report(Array.from({ length: 150 }, wordyReport))
    const renewed = await house.token()
    const start = performance.now()
    listening.socket.emit("renewedToken", { token: renewed })
    await listening.heard.until(
      (all) => all.filter(({ topic }) => topic === "device.input.dps.opened").length === 300,
    )
    // All but the last page, of 256 events at most, has been waited for.
    expect(performance.now() - start).toBeGreaterThan(44 * 8)
  })
})

describe("An honest crowd behind one address", () => {
  it("fits the defaults: its requests", async () => {
    house = await openHouse({ limits: { requestsPerSecond: 400 } })
    const port = Number(new URL(house.url).port)
    const ask = async (): Promise<number> => {
      const asking = request({ port, path: "/health", headers: { Host: "localhost" } })
      asking.end()
      const [response] = (await once(asking, "response")) as [IncomingMessage]
      response.resume()
      return response.statusCode ?? 0
    }
    const answers = []
    for (let round = 0; round < 20; round++)
      answers.push(...(await Promise.all(Array.from({ length: 100 }, ask))))
    expect(answers.filter((status) => status !== 200)).toEqual([])
  })
})
