/** A cloud node that says what a test wants it to say, and keeps what it is answered. */
import { createHash, createHmac } from "node:crypto"
import { once } from "node:events"
import { linkPath, proofText, type NodeMessage, type ServerMessage } from "@doorstream/contract"
import { WebSocket } from "ws"
import { cloudNode, systemId, type House } from "./house.js"
import { Heard } from "./listeners.js"

export type Answer<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>

export type Hello = Extract<NodeMessage, { type: "hello" }>

/** The version of the link that is synced and commanded. */
export const served = { min: 2, max: 2 }

export interface RawNode {
  readonly socket: WebSocket
  readonly heard: Heard<ServerMessage>
  /** Resolves with the close code and its reason. */
  readonly closed: Promise<[code: number, reason: string]>
  send(message: object | string): void
  /** The n-th message of this type, counted from 1. */
  hears<T extends ServerMessage["type"]>(type: T, nth?: number): Promise<Answer<T>>
  /** Proves a key, and resolves with the welcome. Of version 1, which is neither synced nor commanded, unless told. */
  enter(serialNumber: string, key: string, more?: Partial<Hello>): Promise<Answer<"welcome">>
}

export const proofOf = (key: string, nonce: string, serialNumber: string): string =>
  createHmac("sha256", createHash("sha256").update(key).digest())
    .update(proofText(nonce, serialNumber))
    .digest("hex")

export async function openRawNode(url: string): Promise<RawNode> {
  const socket = new WebSocket(url.replace(/^http/, "ws") + linkPath)
  const heard = new Heard<ServerMessage>()
  socket.on("message", (data: Buffer) => heard.add(JSON.parse(data.toString("utf8")) as ServerMessage))
  const closed = once(socket, "close").then(([code, reason]): [number, string] => [
    code as number,
    String(reason),
  ])
  await once(socket, "open")
  const send: RawNode["send"] = (message) =>
    socket.send(typeof message === "string" ? message : JSON.stringify(message))
  const hears = async <T extends ServerMessage["type"]>(type: T, nth = 1): Promise<Answer<T>> => {
    const of = (all: readonly ServerMessage[]) => all.filter((each) => each.type === type)
    const all = heard.until((messages) => of(messages).length >= nth)
    const ended = closed.then((why) => Promise.reject(new Error(`It was closed: ${why.join(" ")}`)))
    return of(await Promise.race([all, ended]))[nth - 1] as Answer<T>
  }
  return {
    socket,
    heard,
    closed,
    send,
    hears,
    async enter(serialNumber, key, more = {}) {
      const { nonce } = await hears("challenge")
      const proof = proofOf(key, nonce, serialNumber)
      send({ type: "hello", versions: { min: 1, max: 1 }, serialNumber, proof, ...more })
      return hears("welcome")
    },
  }
}

/** Asks for a cloud node's panel. */
export const askPanel = async (
  house: House,
  method: "GET" | "POST" | "DELETE",
  { node = cloudNode.id, system = systemId, body = "" } = {},
): Promise<Response> =>
  fetch(`${house.url}/${system}/cloud-nodes/${node}/panel`, {
    method,
    headers: { Authorization: `Bearer ${await house.token(system)}` },
    ...(body === "" ? {} : { body }),
  })

/** Registers a cloud node's panel; its key. */
export async function registerPanel(
  house: House,
  asked: { node?: string; system?: string; body?: string } = {},
): Promise<string> {
  const answer = await askPanel(house, "POST", asked)
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { key: string }).key
}
