/** Crowds of connections that say nothing, or never finish what they began, are let go of, and harm nobody else. */
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ask } from "../support/ask.js"
import { listenRaw } from "../support/listeners.js"
import { opensPoll } from "./players.js"
import { ordinaryLimits, openSite, reportsPath, type Site } from "./site.js"

/** How many places there are beside those of the good listeners. */
const places = 1000

let site: Site
beforeAll(async () => {
  site = await openSite({ limits: { ...ordinaryLimits, connectionsPerAddress: places + 2 } })
})
afterAll(() => site.close())

/** Does so much, not all of it at once: the kernel has only so much room for those who wait. */
async function times<T>(count: number, work: () => Promise<T>): Promise<readonly T[]> {
  const done: T[] = []
  while (done.length < count)
    done.push(...(await Promise.all(Array.from({ length: Math.min(50, count - done.length) }, work))))
  return done
}

/** A connection that has said so much, and says no more. */
async function begins(text: string): Promise<Socket> {
  const socket = connect(site.port, "127.0.0.1")
  await once(socket, "connect")
  socket.write(text)
  return socket
}

const waitsForConnect = () => listenRaw(site.url, "EIO=4")

/** What takes a place, in so many connections; together they take all. */
const taking: readonly (readonly [name: string, count: number, begin: () => Promise<unknown>])[] = [
  ["WebSockets that never say CONNECT", 400, waitsForConnect],
  ["listeners of Engine.IO 3 that never ping", 200, () => listenRaw(site.url, `token=${site.token}`)],
  ["listeners of Engine.IO 4 that poll once", 200, () => opensPoll(site)],
  [
    "upgrades that are never finished",
    200,
    async () => {
      const probing = await listenRaw(site.url, `EIO=4&sid=${(await opensPoll(site)).sid}`)
      probing.send("2probe")
    },
  ],
]

const head = (...lines: readonly string[]): string =>
  [`POST ${reportsPath} HTTP/1.1`, "Host: 127.0.0.1", ...lines].join("\r\n")

/** What takes none, because nothing has been asked for. */
const silent: readonly (readonly [name: string, count: number, said: () => string])[] = [
  ["connections that say nothing", 1000, () => ""],
  ["heads that never end", 200, () => head("X-Slow: 1")],
  [
    "bodies that never come",
    200,
    () => head(`Authorization: Bearer ${site.token}`, "Content-Length: 100", "", "["),
  ],
  [
    "WebSockets that are never asked for in full",
    200,
    () => "GET /socket.io/?EIO=4 HTTP/1.1\r\nUpgrade: web",
  ],
]

describe("A crowd that says nothing", () => {
  for (const [name, count, said] of silent)
    it(`is no burden to the others: ${count} ${name}`, async () => {
      const sockets = await times(count, () => begins(said()))
      await site.expectWell()
      for (const socket of sockets) socket.destroy()
      await site.expectWell()
    })

  it("takes every place there is, and each is free again when the server has let go of it", async () => {
    for (const [, count, begin] of taking) {
      await times(count, begin)
      await site.expectWell()
    }
    const tooMany = await ask(site.url, { path: "/socket.io/?EIO=4&transport=polling" })
    expect([tooMany.statusCode, tooMany.headers["retry-after"]]).toEqual([429, "5"])

    await site.deserted()
    await site.expectWell()
    for (const raw of await times(places, waitsForConnect)) raw.close()
    await site.deserted()
  })
})
