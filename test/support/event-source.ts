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

  constructor(lastEventId: string) {
    this.lastEventId = lastEventId
  }

  get text(): string {
    return this.#text
  }

  /** What is half read when a stream ends is dropped, as the standard has it. */
  begin(): void {
    this.#rest = ""
    this.#block = new Block()
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
        if (name === "id") this.lastEventId = value
        if (name === "retry") this.retry = Math.min(Number(value), 20)
      })
    const { event, data } = this.#block
    this.#block = new Block()
    if (data.length > 0) this.heard.add({ event, data: JSON.parse(data.join("\n")), id: this.lastEventId })
  }
}

/** @param url with its query; a new one is asked for whenever it connects, as pages do that renew their tokens */
export function openEventSource(
  url: string | (() => string | Promise<string>),
  { lastEventId = "", headers = {} as Record<string, string>, comesBack = true } = {},
): EventSourceByHand {
  const ending = new AbortController()
  const reader = new Reader(lastEventId)
  const opened = new Heard<number>()
  let reading = Promise.resolve()
  let resume = (): void => undefined

  const readOnce = async (): Promise<number | undefined> => {
    const its = reader.lastEventId === "" ? {} : { "Last-Event-ID": reader.lastEventId }
    const response = await fetch(typeof url === "string" ? url : await url(), {
      headers: { Accept: "text/event-stream", ...its, ...headers },
      signal: ending.signal,
    })
    const { status, body } = response
    if (status !== 200 || response.headers.get("content-type") !== "text/event-stream") return status
    reader.begin()
    let isNew = true
    const decoder = new TextDecoder()
    for await (const piece of body!) {
      await reading
      reader.take(decoder.decode(piece as Uint8Array, { stream: true }))
      if (isNew) opened.add(status)
      isNew = false
    }
    return undefined
  }
  const run = async (): Promise<number> => {
    while (!ending.signal.aborted) {
      // A network that breaks off, or a server that is away, is a reason to come back.
      const status = await readOnce().catch(() => undefined)
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
