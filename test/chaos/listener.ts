/**
 * What every listener under the hostile network is, whichever way it listens: what it heard on each connection, and how
 * far it is. It must not know any transport.
 */
import { Heard } from "../support/listeners.js"
import type { Promised } from "./judge.js"

/** What a listener is given: how it keeps its place, and what it hears. */
export interface Calling {
  /** The address of the network in front of the server. */
  readonly url: string
  readonly topics: readonly string[]
  /** With cursors it says itself where to read on; by a name the server knows; else what it misses is gone. */
  readonly keeps: "cursors" | "name" | "nothing"
  readonly name: string
  /** It asks to be told that there is nothing else, and believes it: it reads on from there. */
  readonly wantsPosition: boolean
  readonly tokens: Tokens
  /** Milliseconds until it comes back. */
  readonly away: () => number
}

/** Where tokens come from. */
export interface Tokens {
  /** A token that is good for a moment. */
  fresh(): Promise<string>
  /** The token that was good last. */
  last(): string
}

/** What an event is told by. */
export interface Event {
  readonly id?: string
  readonly occurred: number
}

/** A name for an event: its id; a sentence has none, and every report here occurred at a time of its own. */
export const nameOf = (topic: string, { id, occurred }: Event): string => id ?? `${topic} ${occurred}`

/** What a listener keeps, written by its transport. */
export class Ear {
  /** The names of the events heard on each connection. */
  readonly hearing: string[][] = []
  /** How many events were heard; to be waited for. */
  readonly heard = new Heard<string>()
  /** What should not have come, a line each. */
  readonly troubles: string[] = []
  /** How often it was told that there is nothing else. */
  positions = 0
  /** Where reading goes on. */
  cursor: string | undefined
  #begun: (() => void) | undefined
  /** Resolves when it has subscribed for the first time. */
  readonly begun = new Promise<void>((resolve) => (this.#begun = resolve))

  constructor(readonly calling: Calling) {}

  get promised(): Promised {
    return this.calling.keeps === "name" ? "at least once" : "once"
  }

  /** A connection has begun. */
  connect(): void {
    this.hearing.push([])
  }

  /** What its first subscription of a connection says. */
  get subscription(): object {
    const { topics, keeps, wantsPosition } = this.calling
    if (keeps !== "cursors") return { topics }
    const asked = wantsPosition ? { topics: [...topics, "stream.position"], every: 250 } : { topics }
    return { ...asked, cursors: true, after: this.after }
  }

  get after(): string {
    return this.cursor ?? "earliest"
  }

  /** The server has acknowledged a subscription. */
  begin(acknowledged: { readonly cursor?: string; readonly refused?: readonly unknown[] } = {}): void {
    if ((acknowledged.refused?.length ?? 0) > 0) this.trouble(`refused: ${JSON.stringify(acknowledged)}`)
    this.#begun?.()
  }

  hear(topic: string, event: Event, cursor?: string): void {
    if (this.calling.keeps === "cursors") {
      if (cursor === undefined) return this.trouble("an event without a cursor")
      this.cursor = cursor
    }
    const name = nameOf(topic, event)
    this.hearing.at(-1)!.push(name)
    this.heard.add(name)
  }

  /** The server says that everything before this was delivered. */
  hearPosition({ cursor }: { readonly cursor: string }): void {
    if (!this.calling.wantsPosition) this.trouble("a position that was not asked for")
    this.cursor = cursor
    this.positions += 1
  }

  trouble(what: string): void {
    if (this.troubles.length < 10) this.troubles.push(what)
  }
}

/** A listener that comes back by itself until it is closed. */
export interface Listener {
  readonly kind: string
  readonly ear: Ear
  close(): void
}
