/**
 * The ways in which a hostile input is played against a server. Each resolves with what came of it, in a few words:
 * the status and code of an answer, the frames that were sent back, how a connection was closed.
 */
import { once } from "node:events"
import { request, type IncomingMessage } from "node:http"
import { connect } from "node:net"
import type { Duplex } from "node:stream"
import { ask } from "../support/ask.js"
import { listenRaw, type RawListening } from "../support/listeners.js"
import { reportsPath, type Site } from "./site.js"

/** The codes in an answer of ours, or the words in one of Engine.IO's; each once. */
function codesIn(text: string): string {
  const codes = [...text.matchAll(/"(?:code|reason|error)":"(\w+)"/g)].map(([, code]) => code!)
  const words = [...text.matchAll(/"code":\d,"message":"([^"]*)"/g)].map(([, message]) => message!)
  return [...new Set([...codes, ...words])].join(" ")
}

const inWords = (...parts: readonly (string | number | undefined)[]): string =>
  parts.filter((part) => part !== "" && part !== undefined).join(" ")

/** A frame from the server: its packet type, the event's name, and the codes in it. */
function describeFrame(frame: string): string {
  const [, type, name] = /^(\d\d?\/?)[^[]*(?:\["([\w.]+)")?/.exec(frame) ?? []
  return inWords(type ?? frame, name, codesIn(frame))
}

/** What the server says before anybody has asked: Engine.IO's handshake, Socket.IO's CONNECT, pings and pongs. */
const isGreeting = (frame: string): boolean => /^(0\{|40|2$|3$)/.test(frame)

/** The question that ends a conversation; where its answer comes alone, all that was sent before was ignored. */
const question = '4299["subscribeIsolated",{"topics":[]}]'
const isAnswer = (frame: string): boolean => frame.startsWith("4399")

const saidOn = ({ frames }: RawListening): string =>
  inWords(...new Set(frames.all.filter((frame) => !isGreeting(frame) && !isAnswer(frame)).map(describeFrame)))

export type Frame = string | Buffer

/** Sends frames on a good listener's WebSocket, then asks whether it is still served. */
export async function talk(site: Site, revision: 3 | 4, frames: readonly Frame[]): Promise<string> {
  const raw = await listenRaw(site.url, `EIO=${revision}&token=${site.token}`)
  raw.socket.on("error", () => undefined)
  if (revision === 4) raw.send("40")
  await raw.frames.until((all) => all.some((frame) => frame.startsWith("40")))
  for (const frame of [...frames, question]) raw.socket.send(frame)
  const closed = raw.closed.then((event) => `closed ${(event as [number])[0]}`)
  const end = await Promise.race([closed, raw.frames.until((all) => all.some(isAnswer)).then(() => "")])
  raw.close()
  return inWords(saidOn(raw), end) || "ignored"
}

/**
 * Opens a WebSocket with a query of the attacker's own, and says with what it is refused. It is left to the server to
 * close it: at the end none may be open.
 */
export async function knock(site: Site, query: string, ...frames: readonly string[]): Promise<string> {
  const raw = await listenRaw(site.url, query)
  for (const frame of frames) raw.send(frame)
  await raw.frames.until((all) => all.some((frame) => frame.startsWith("44")))
  return saidOn(raw)
}

const codeOf = (status: number | undefined, text: string): string => inWords(status, codesIn(text))

/** Asks over HTTP. */
export async function asks(
  { url }: Pick<Site, "url">,
  path: string,
  options: Parameters<typeof ask>[1] = {},
  body = "",
): Promise<string> {
  const { statusCode, text } = await ask(url, { path, ...options }, body)
  return codeOf(statusCode, text)
}

/** Posts reports as they stand, with a good token. */
export async function posts(
  site: Site,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const posting = request(site.url + reportsPath, {
    method: "POST",
    headers: { Authorization: `Bearer ${site.token}`, ...headers },
  })
  posting.on("error", () => undefined)
  posting.end(body)
  const [response] = (await once(posting, "response")) as [IncomingMessage]
  return codeOf(response.statusCode, Buffer.concat(await response.toArray()).toString())
}

/** Writes bytes on a connection of its own, ends its side when something is answered, and says which answers come. */
export async function writes({ port }: Pick<Site, "port">, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1")
  socket.once("data", () => socket.end())
  socket.write(bytes, "latin1")
  return answersIn(await allOf(socket))
}

/** Writes bytes that are not all, and ends its side. */
export async function breaksOff({ port }: Pick<Site, "port">, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1")
  socket.end(bytes, "latin1")
  return answersIn(await allOf(socket))
}

function answersIn(said: string): string {
  const answers = said.split(/(?=HTTP\/1\.1 \d{3} )/).filter((answer) => answer !== "")
  const each = new Set(answers.map((answer) => codeOf(Number(answer.slice(9, 12)), answer)))
  return [...each].join(", ") || "closed"
}

/** Everything that is said until the other side has ended or gone. */
async function allOf(socket: Duplex): Promise<string> {
  const parts: Buffer[] = []
  socket.on("data", (part: Buffer) => void parts.push(part))
  // A reset is as good as an end.
  socket.on("error", () => undefined)
  await once(socket, "close")
  return Buffer.concat(parts).toString("latin1")
}

/** A WebSocket by hand, for frames that no library sends. */
async function upgrade(site: Site, query = `token=${site.token}`): Promise<Duplex> {
  const upgrading = request(`${site.url}/socket.io/?transport=websocket&${query}`, {
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": 13,
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    },
  })
  upgrading.end()
  const [, socket] = (await once(upgrading, "upgrade")) as [unknown, Duplex]
  return socket
}

/** Writes the bytes of frames on a WebSocket, and says the code that it is closed with. */
export async function writesFrames(site: Site, bytes: Buffer): Promise<string> {
  const socket = await upgrade(site)
  socket.end(bytes)
  const said = Buffer.from(await allOf(socket), "latin1")
  const isClose = said.at(-4) === 0x88 && said.at(-3) === 2
  return isClose ? `closed ${said.readUInt16BE(said.length - 2)}` : "closed"
}

/** A connection by polling, by hand. */
export interface Poll {
  post(body: string, headers?: Readonly<Record<string, string>>): Promise<string>
  /** Asks once. */
  get(): Promise<string>
  readonly path: string
  readonly sid: string
}

/** Packets of Engine.IO 3 with blanks between, and of many pongs only one. */
const tidy = (payload: string): string => payload.replaceAll(/(1:3)+/g, " 1:3")

export async function opensPoll(site: Site, revision: 3 | 4 = 4): Promise<Poll> {
  const base = `/socket.io/?EIO=${revision}&transport=polling&token=${site.token}`
  const { text } = await ask(site.url, { path: base })
  const sid = /"sid":"([^"]+)"/.exec(text)![1]!
  const path = `${base}&sid=${sid}`
  return {
    path,
    sid,
    post: (body, headers = {}) => asks(site, path, { method: "POST", headers }, body),
    get: async () => {
      const answer = await ask(site.url, { path })
      return inWords(answer.statusCode, answer.statusCode === 200 ? tidy(answer.text) : codesIn(answer.text))
    },
  }
}
