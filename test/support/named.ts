/** A raw listener with a name, Engine.IO 3 or 4, over a WebSocket: it answers heartbeats only when the test says so. */
import { WebSocket } from "ws"
import type { House } from "./house.js"
import { listenRaw, type RawListening } from "./listeners.js"
import { operate } from "./operator.js"

export interface NamedRaw extends RawListening {
  /** The ids of the events that came, in their order. */
  ids(): string[]
  /** Resolves when so many events came. */
  heard(count: number): Promise<string[]>
  /** Resolves when the server has dealt with all that was sent before. */
  settled(): Promise<void>
}

const idsIn = (frames: readonly string[]): string[] =>
  frames
    .filter((frame) => frame.startsWith('42["device.'))
    .map((frame) => (JSON.parse(frame.slice(2)) as [string, { id: string }])[1].id)

export async function connectNamed(
  house: Pick<House, "url">,
  token: string,
  { name = "wall-3", version = 4 }: { readonly name?: string; readonly version?: 3 | 4 } = {},
): Promise<NamedRaw> {
  const raw = await listenRaw(house.url, `EIO=${version}&listener=${name}&token=${token}`)
  if (version === 4) raw.send("40")
  await raw.frames.until((all) => all.some((frame) => frame.startsWith("40")))
  let asked = 100
  return {
    ...raw,
    ids: () => idsIn(raw.frames.all),
    heard: async (count) => idsIn(await raw.frames.until((all) => idsIn(all).length >= count)),
    settled: async () => {
      const number = (asked += 1)
      raw.send(`42${number}["unsubscribeIsolated",{"topics":[]}]`)
      await raw.frames.until((all) => all.some((frame) => frame.startsWith(`43${number}`)))
    },
  }
}

/** Subscribes, and resolves with the answer. */
export async function subscribeNamed(
  raw: RawListening,
  asked: readonly string[] | object,
): Promise<Record<string, unknown>> {
  const body = Array.isArray(asked) ? { topics: asked } : asked
  const before = raw.frames.all.filter((frame) => frame.startsWith("437")).length
  raw.send(`427${JSON.stringify(["subscribeIsolated", body])}`)
  const isAnswered = (all: readonly string[]) =>
    all.filter((frame) => frame.startsWith("437")).length > before
  const answer = (await raw.frames.until(isAnswered)).findLast((frame) => frame.startsWith("437"))!
  return (JSON.parse(answer.slice(3)) as [Record<string, unknown>])[0]
}

/** Cuts the connection as a network does: without a word. */
export async function cut(raw: RawListening): Promise<void> {
  raw.socket.terminate()
  if (raw.socket.readyState !== WebSocket.CLOSED) await raw.closed
}

export interface KeptName {
  readonly name: string
  readonly client: string
  readonly position: number
  readonly topics: number
  readonly connected: boolean
  readonly silent: object | null
}

export const keptNames = async (house: Pick<House, "dataFolder">): Promise<readonly KeptName[]> =>
  (await operate<readonly KeptName[]>(house, "GET", "/named-listeners")).body

/** Asks again and again until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}
