/** Listeners that keep a cursor with each event, and read on from one. */
import { topicsMeantBy } from "@doorstream/contract"
import { Heard, listen, listenRaw, type RawListening, type Version } from "./listeners.js"

export interface Told {
  readonly name: string
  readonly body: Record<string, unknown>
  /** What came beside the body. */
  readonly cursor?: string
}

export interface Answer {
  readonly topics: readonly string[]
  readonly refused: readonly { readonly topic: string | null; readonly code: string }[]
  readonly cursor?: string
  readonly gap?: object
}

export interface CursorListening {
  readonly answer: Answer
  readonly heard: Heard<Told>
  ask(name: string, payload: object): Promise<Answer>
  renew(token: string): void
  close(): void
}

/** What a listener asks for at first. */
export interface Asking {
  readonly topics: readonly string[]
  readonly cursors?: boolean
  readonly after?: unknown
  readonly every?: number
  readonly filter?: unknown
  readonly state?: unknown
}

const always = ["invalidToken", "stream.refused", "stream.gap", "stream.position", "stream.state"]

/** On Socket.IO, of whichever version and on whichever way. */
export async function listenAfter(
  url: string,
  token: string,
  asking: Asking,
  options: { version?: Version; transports?: string[] } = {},
): Promise<CursorListening & { readonly disconnected: Promise<unknown> }> {
  const { socket, close } = await listen(url, token, [], options)
  const disconnected = new Promise((resolve) => socket.on("disconnect", resolve))
  const heard = new Heard<Told>()
  const meant = asking.topics.flatMap((word): readonly string[] => topicsMeantBy(word) ?? [word])
  for (const name of new Set([...always, ...meant]))
    socket.on(name, (body: Told["body"], beside?: { cursor: string }) =>
      heard.add({ name, body, ...(beside === undefined ? {} : { cursor: beside.cursor }) }),
    )
  const ask = (name: string, payload: object): Promise<Answer> =>
    new Promise((resolve) => socket.emit(name, payload, resolve))
  const answer = await ask("subscribeIsolated", asking)
  return {
    answer,
    heard,
    ask,
    renew: (its) => void socket.emit("renewedToken", { token: its }),
    close,
    disconnected,
  }
}

/** On a plain WebSocket; `query` as it stands in the URL. */
export async function listenRawAfter(
  url: string,
  query: string,
  asking: Asking,
): Promise<CursorListening & Pick<RawListening, "socket" | "closed">> {
  const raw = await listenRaw(url, query)
  const heard = new Heard<Told>()
  const answers = new Heard<Answer>()
  let asked = 0
  raw.socket.on("message", (data: Buffer) => {
    const frame = data.toString("utf8")
    if (frame.startsWith("43")) answers.add((JSON.parse(frame.slice(frame.indexOf("["))) as [Answer])[0])
    if (!frame.startsWith("42")) return
    const [name, body, beside] = JSON.parse(frame.slice(2)) as [string, Told["body"], { cursor: string }?]
    heard.add({ name, body, ...(beside === undefined ? {} : { cursor: beside.cursor }) })
  })
  const ask = async (name: string, payload: object): Promise<Answer> => {
    const number = (asked += 1)
    raw.send(`42${number}${JSON.stringify([name, payload])}`)
    return (await answers.atLeast(number))[number - 1]!
  }
  if (query.includes("EIO=4")) {
    raw.send("40")
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("40{")))
  }
  const answer = await ask("subscribeIsolated", asking)
  const renew = (token: string): void => raw.send(`42${JSON.stringify(["renewedToken", { token }])}`)
  return { answer, heard, ask, renew, close: raw.close, socket: raw.socket, closed: raw.closed }
}
