/**
 * A stream of server-sent events as browsers read it, over fetch: the fields of the HTML standard, the last event's id,
 * and coming back with it, after as long as the server says, when the stream breaks off. It gives up for good on any
 * answer that is not a stream.
 */
import { setTimeout as wait } from "node:timers/promises"
import { Heard } from "./listeners.js"

export interface Sent {
  readonly event: string
  readonly data: unknown
  readonly id: string
}

export interface EventSourceByHand {
  readonly heard: Heard<Sent>
  /** The text as it came, of all streams. */
  readonly text: () => string
  readonly lastEventId: () => string
  /** How often it has connected, and was told where it begins. */
  readonly opened: Heard<number>
  /** Resolves with the status when it has given up for good; with 0 where it was closed. */
  readonly over: Promise<number>
  /** Stops reading, and leaves the connection. */
  pause(): void
  resume(): void
  close(): void
}

/** What stands between two empty lines. */
class Block {
  event = "message"
  data: string[] = []

  take(line: string, field: (name: string, value: string) => void): void {
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (name === "event") this.event = value
    else if (name === "data") this.data.push(value)
    else if (name !== "") field(name, value)
  }
}

class Reader {
  lastEventId: string
  retry = 20
  readonly heard = new Heard<Sent>()
  #text = ""
  #rest = ""
  #block = new Block()
  /** It counts when its block is whole: who took it before would lose what it could not read to the end. */
  #idBuffer: string

  constructor(lastEventId: string) {
    this.lastEventId = lastEventId
    this.#idBuffer = lastEventId
  }

  get text(): string {
    return this.#text
  }

  /** What is half read when a stream ends is dropped, as the standard has it. */
  begin(): void {
    this.#rest = ""
    this.#block = new Block()
    this.#idBuffer = this.lastEventId
  }

  take(text: string): void {
    this.#text += text
    const lines = (this.#rest + text).split("\n")
    this.#rest = lines.pop()!
    for (const line of lines) this.#takeLine(line)
  }

  #takeLine(line: string): void {
    if (line !== "")
      return this.#block.take(line, (name, value) => {
        if (name === "id") this.#idBuffer = value
        if (name === "retry") this.retry = Math.min(Number(value), 20)
      })
    const { event, data } = this.#block
    this.lastEventId = this.#idBuffer
    this.#block = new Block()
    if (data.length > 0) this.heard.add({ event, data: JSON.parse(data.join("\n")), id: this.lastEventId })
  }
}

export interface Coming {
  readonly lastEventId?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Whether it comes back when a stream has ended. */
  readonly comesBack?: boolean
}

/** Reads one stream to its end; the status where there is none. A network that breaks off rejects. */
async function readOnce(
  url: string,
  { reader, opened, headers, signal, mayRead }: Reading,
): Promise<number | undefined> {
  const its = reader.lastEventId === "" ? {} : { "Last-Event-ID": reader.lastEventId }
  const response = await fetch(url, { headers: { Accept: "text/event-stream", ...its, ...headers }, signal })
  const { status, body } = response
  if (status !== 200 || response.headers.get("content-type") !== "text/event-stream") return status
  reader.begin()
  const decoder = new TextDecoder()
  let isNew = true
  for await (const piece of body!) {
    await mayRead()
    reader.take(decoder.decode(piece as Uint8Array, { stream: true }))
    if (isNew) opened.add(status)
    isNew = false
  }
  return undefined
}

interface Reading {
  readonly reader: Reader
  readonly opened: Heard<number>
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly mayRead: () => Promise<void>
}

/** @param url with its query; it is asked for whenever it connects, as pages do that renew their tokens */
export function openEventSource(
  url: string | (() => string),
  { lastEventId = "", headers = {}, comesBack = true }: Coming = {},
): EventSourceByHand {
  const ending = new AbortController()
  const { signal } = ending
  const reader = new Reader(lastEventId)
  const opened = new Heard<number>()
  let reading = Promise.resolve()
  let resume = (): void => undefined
  const parts = { reader, opened, headers, signal, mayRead: () => reading }

  const run = async (): Promise<number> => {
    while (!signal.aborted) {
      // A network that breaks off, or a server that is away, is a reason to come back.
      const status = await readOnce(typeof url === "string" ? url : url(), parts).catch(() => undefined)
      if (status !== undefined) return status
      if (!comesBack) return 200
      await wait(reader.retry, undefined, { ref: false })
    }
    return 0
  }
  return {
    heard: reader.heard,
    text: () => reader.text,
    lastEventId: () => reader.lastEventId,
    opened,
    over: run(),
    pause: () => void (reading = new Promise<void>((resolve) => (resume = resolve))),
    resume: () => resume(),
    close: () => ending.abort(),
  }
}
