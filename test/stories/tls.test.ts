/** The server speaks TLS by itself, and goes over to a new certificate while everybody stays. PROTOCOL §12. */
import { once } from "node:events"
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import type { IncomingMessage } from "node:http"
import { request } from "node:https"
import { connect as connectPlain } from "node:net"
import { join } from "node:path"
import { connect } from "node:tls"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { makeCertificate, type Made } from "../support/certificates.js"
import { doorstream, makeFolder, startServe } from "../support/command.js"
import {
  allowed,
  clientId,
  clientSecret,
  cloudNode,
  openHouse,
  systemId,
  type House,
} from "../support/house.js"
import { clients, Heard, versions, type ClientSocket } from "../support/listeners.js"
import { endPrograms } from "../support/program.js"

const topic = "device.request.allowed"

let folder: ReturnType<typeof makeFolder>
let old: Made
let fresh: Made
let other: Made
/** What the server is told to read; the tests put one pair after the other there. */
let files: { certificate: string; key: string }
let house: House
/** Whom clients trust. */
let ca: string[]

beforeAll(async () => {
  folder = makeFolder()
  ;[old, fresh, other] = ["old", "fresh", "other"].map((name) => makeCertificate(folder.path, name)) as [
    Made,
    Made,
    Made,
  ]
  ca = [old, fresh, other].map(({ pem }) => pem)
  files = { certificate: join(folder.path, "used.pem"), key: join(folder.path, "used.key") }
  copyFileSync(old.certificate, files.certificate)
  copyFileSync(old.key, files.key)
  house = await openHouse({ tls: files, options: { drainWithin: 100 } })
})
afterEach(endPrograms)
afterAll(async () => {
  await house.close()
  folder.remove()
})

/** Sends over TLS and trusts nobody but the tests' certificates. */
async function send(
  at: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<IncomingMessage> {
  const asking = request(at, { method: body === undefined ? "GET" : "POST", ca, headers })
  asking.end(body)
  const [response] = (await once(asking, "response")) as [IncomingMessage]
  return response
}

async function ask(path: string, headers?: Record<string, string>, body?: string): Promise<string> {
  const response: AsyncIterable<Buffer> = await send(house.url + path, headers, body)
  let text = ""
  for await (const part of response) text += part.toString()
  return text
}

async function getToken(): Promise<string> {
  const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret })
  form.set("grant_type", "client_credentials")
  const { id_token } = JSON.parse(await ask("/oauth2/token", {}, form.toString())) as { id_token: string }
  const headers = { Authorization: `Bearer ${id_token}` }
  return (JSON.parse(await ask(`/api/systems/${systemId}/token`, headers, "")) as { token: string }).token
}

/** Reports an entry; resolves with its time. */
async function letIn(): Promise<number> {
  const report = allowed()
  const headers = { Authorization: `Bearer ${await getToken()}` }
  const path = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`
  expect(await ask(path, headers, JSON.stringify(report))).toContain('"position"')
  return report.occurred
}

/** The fingerprint of the certificate that whoever connects now is shown. */
async function shown(): Promise<string> {
  const socket = connect({ port: Number(new URL(house.url).port), host: "127.0.0.1", ca })
  await once(socket, "secureConnect")
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

interface Ear {
  readonly times: Heard<number>
  close(): void
}

async function listenWith(socket: ClientSocket): Promise<Ear> {
  const times = new Heard<number>()
  socket.on(topic, ({ occurred }: { occurred: number }) => times.add(occurred))
  await new Promise<void>((resolve, reject) => {
    socket.on("connect", () => socket.emit("subscribeIsolated", { topics: [topic] }, () => resolve()))
    socket.on("connect_error", (error: Error) => reject(error))
  })
  return { times, close: () => void socket.close() }
}

async function listenRaw(): Promise<Ear> {
  const times = new Heard<number>()
  const url = `${house.url.replace(/^http/, "ws")}/socket.io/?transport=websocket&token=${await getToken()}`
  const socket = new WebSocket(url, { ca })
  await once(socket, "open")
  const subscribed = new Promise<void>((resolve) => {
    socket.on("message", (data: Buffer) => {
      const frame = data.toString()
      if (frame.startsWith("431")) resolve()
      if (frame.startsWith(`42["${topic}"`))
        times.add((JSON.parse(frame.slice(2)) as [string, { occurred: number }])[1].occurred)
    })
  })
  socket.send(`421${JSON.stringify(["subscribeIsolated", { topics: [topic] }])}`)
  await subscribed
  return { times, close: () => socket.terminate() }
}

/** A listener of each kind: every version, by polling and by WebSocket, and a plain one. */
async function listenInEveryWay(): Promise<Ear[]> {
  const url = `${house.url.replace(/^http/, "ws")}?token=${await getToken()}`
  const sockets = versions.flatMap((version) =>
    ["polling", "websocket"].map((transport) =>
      clients[version](url, { forceNew: true, transports: [transport], ca }),
    ),
  )
  return Promise.all([listenRaw(), ...sockets.map(listenWith)])
}

const hearsAll = async (ears: readonly Ear[], time: number): Promise<void> =>
  void (await Promise.all(ears.map(({ times }) => times.until((all) => all.includes(time)))))

const warnings = () => house.told.filter(({ level }) => level === "warn")

/** Puts a pair in the place of the one that is used, as a careful program does: at once, by renaming. */
function put({ certificate, key }: Pick<Made, "certificate" | "key">): void {
  for (const [from, to] of [
    [certificate, files.certificate],
    [key, files.key],
  ] as const) {
    copyFileSync(from, `${to}.new`)
    renameSync(`${to}.new`, to)
  }
}

async function untilShown({ fingerprint }: Made): Promise<void> {
  while ((await shown()) !== fingerprint);
}

describe("A server with a certificate", () => {
  it("is at an https address, by which its tokens and its documents name it", async () => {
    expect(house.url).toMatch(/^https:/)
    const { issuer } = JSON.parse(await ask("/.well-known/openid-configuration")) as { issuer: string }
    expect(issuer).toBe(house.url)
    expect(await shown()).toBe(old.fingerprint)
  })

  it("is heard over wss and https, and goes over to a new pair without dropping anybody", async () => {
    const before = await listenInEveryWay()
    await hearsAll(before, await letIn())

    put(fresh)
    await untilShown(fresh)
    const after = await listenInEveryWay()
    await hearsAll([...before, ...after], await letIn())

    // Each heard both entries on one connection: a new one would have no subscription to the first.
    for (const { times } of before) expect(times.all).toHaveLength(2)
    for (const { times } of after) expect(times.all).toHaveLength(1)
    for (const { close } of [...before, ...after]) close()
  })

  it("says what is wrong with a pair that is none, keeps the one that it has, and takes the next good one", async () => {
    const used = await shown()
    const told = warnings().length
    put({ certificate: other.certificate, key: old.key })
    while (warnings().length === told) expect(await shown()).toBe(used)
    expect(warnings().at(-1)).toMatchObject({
      text: "the certificate that was in use stays",
      fields: { reason: expect.stringContaining("the key is not the certificate's") as string },
    })
    rmSync(files.key)
    while (warnings().length === told + 1) expect(await shown()).toBe(used)
    expect(warnings().at(-1)!.fields).toMatchObject({ reason: expect.stringContaining("ENOENT") as string })

    put(other)
    await untilShown(other)
  })

  it("follows links, as those of certbot and Kubernetes are", async () => {
    for (const [name, made] of Object.entries({ first: old, second: fresh })) {
      mkdirSync(join(folder.path, name))
      copyFileSync(made.certificate, join(folder.path, name, "tls.crt"))
      copyFileSync(made.key, join(folder.path, name, "tls.key"))
    }
    const data = join(folder.path, "..data")
    symlinkSync("first", data)
    for (const [file, target] of [
      [files.certificate, "..data/tls.crt"],
      [files.key, "..data/tls.key"],
    ] as const) {
      symlinkSync(target, `${file}.link`)
      renameSync(`${file}.link`, file)
    }
    await untilShown(old)
    symlinkSync("second", `${data}.new`)
    renameSync(`${data}.new`, data)
    await untilShown(fresh)
  })

  it("outlives who speaks plainly to it", async () => {
    const socket = connectPlain(Number(new URL(house.url).port), "127.0.0.1")
    socket.on("error", () => socket.destroy())
    socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await once(socket, "close")
    expect(await ask("/health")).toContain("live")
  })
})

describe("doorstream serve with a certificate", () => {
  const serve = (certificate: string, key: string) => ({
    DOORSTREAM_DATA: join(folder.path, "data"),
    DOORSTREAM_PUBLIC_URL: "https://localhost",
    DOORSTREAM_TLS_CERT: certificate,
    DOORSTREAM_TLS_KEY: key,
  })

  it("says in its log where it listens, and until when the certificate is good", async () => {
    const server = await startServe(serve(old.certificate, old.key))
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:/)
    expect(await server.prints(/using a certificate/)).toContain(
      '"names":"IP Address:127.0.0.1, DNS:localhost"',
    )
    server.kill("SIGTERM")
    expect(await server.ended).toMatchObject({ code: 0, err: "" })
  })

  it("tells browsers to keep to TLS, which the demo does not", async () => {
    const server = await startServe(serve(old.certificate, old.key))
    const { headers } = await send(`${server.url}/health`)
    expect(headers["strict-transport-security"]).toBe("max-age=31536000")
    expect((await send(`${house.url}/health`)).headers).not.toHaveProperty("strict-transport-security")
  })

  it("is told from a server that is not there by whoever does not trust it", async () => {
    const environment = { DOORSTREAM_URL: house.url, DOORSTREAM_SYSTEM: systemId }
    const { code, err } = await doorstream(["token"], environment).ended
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("NODE_EXTRA_CA_CERTS") as string })

    const trusting = { NODE_EXTRA_CA_CERTS: files.certificate, DOORSTREAM_CLIENT: clientId }
    const account = { ...environment, ...trusting, DOORSTREAM_SECRET: clientSecret }
    expect(await doorstream(["token"], account).ended).toMatchObject({ code: 0, err: "" })
  })

  it("refuses to start on a pair that is none, in a line", async () => {
    const broken = join(folder.path, "broken.pem")
    writeFileSync(broken, "")
    for (const [certificate, key] of [
      [old.certificate, fresh.key],
      [old.certificate, join(folder.path, "nowhere")],
      [broken, old.key],
    ] as const) {
      const { code, err } = await doorstream(["serve"], { PORT: "0", ...serve(certificate, key) }).ended
      expect({ code, lines: err.trim().split("\n") }).toEqual({
        code: 1,
        lines: [
          expect.stringContaining(`The certificate ${certificate} with the key ${key} cannot be used: `),
        ],
      })
    }
  })
})
