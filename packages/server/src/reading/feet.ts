/**
 * Listening over plain HTTP: who streams and who is answered once, from the place that each takes until it is over. It
 * must not know paths or headers. PROTOCOL §20.
 */
import type { IncomingMessage } from "node:http"
import { refuse, type RefusedTopic, type Refusal } from "@doorstream/contract"
import type { Later } from "../core/allowance.js"
import type { Connected as Shown, ListenerStanding, OpenConnection } from "../core/connected.js"
import type { Asked, ListenOverHttp, Peer, Pulled, PullAsked } from "../core/listening.js"
import type { Hearing } from "../core/inspecting.js"
import type { Milliseconds, Position, SystemId } from "../core/ports.js"
import { countRefusal } from "../core/meter.js"
import * as decide from "../core/session.js"
import type { Ended } from "./ended.js"
import type { Foot } from "./foot.js"
import { heardBy } from "./hearing.js"
import { Listener } from "./listener.js"
import { PullFoot } from "./pull.js"
import type { Reading } from "./reading.js"
import type { Fate } from "./socketio/fates.js"
import { StreamFoot } from "./sse.js"
import type { Tail } from "./tail.js"

interface FeetParts {
  /** How often a stream shows that it is there. */
  readonly beatEvery: Milliseconds
  /** Takes a place for a connection of this API client: gives it back when called, or tells why there is none. */
  readonly takePlace: (request: IncomingMessage, client: string) => (() => void) | Later
  readonly addressOf: (request: IncomingMessage) => string
  /** A number that no connection had since the server was started. */
  readonly number: () => number
  /** Hears of each stream when it has ended. */
  readonly told: (fate: Fate) => void
  readonly ended: Pick<Ended, "remember">
}

export interface Feet extends Shown, ListenOverHttp<IncomingMessage> {
  listeners(): { readonly atTail: number; readonly behind: number }
  /** Ends every stream when what is owed to it went out, or at the deadline; answers whoever waits. */
  drain(deadline: Milliseconds): Promise<void>
}

/** A foot that stands on an answer of HTTP. */
interface HttpFoot extends Foot {
  readonly sent: number
  isDrained(): boolean
}

interface Open<F extends HttpFoot = HttpFoot> {
  readonly shown: Omit<OpenConnection, "sent">
  readonly client: string
  readonly foot: F
  readonly listener: Listener
  /** Why it was ended, where its token or its API client was revoked. */
  refused?: Refusal
  /** It is over. */
  leave(): void
}

/** Seconds after which a server that drains may have been started again, and a fault may have passed. */
const [startedAgain, afterFault] = [2, 5]

/** How often it is looked who has what is owed. */
const look: Milliseconds = 20

/** Subscribes; answers what was refused of it, since a request stands or falls as a whole. */
async function subscribe(
  listener: Listener,
  subscription: object,
  begin: (cursor: string | undefined) => void,
): Promise<Refusal | undefined> {
  let refusal: Refusal | undefined
  await listener.subscribe(subscription, ({ refused: [first], topics, cursor }) => {
    if (first === undefined && topics.length > 0) return begin(cursor)
    refusal = first === undefined ? refuse("subscription_invalid") : refusalOf(first)
  })
  return refusal
}

const refusalOf = ({ topic, code, message }: RefusedTopic): Refusal =>
  topic === null || code === "interval_invalid" ? { code, message } : refuse(code, `It says ${topic}.`)

const hearingOf = ({ shown, client, listener }: Open): Hearing => {
  const { number: connection, address, transport, since } = shown
  const { system } = listener.tail
  return { connection, client, system, address, transport, since, ended: null, ...heardBy(listener) }
}

export class HttpFeet implements Feet {
  readonly #reading: Reading
  readonly #parts: FeetParts
  readonly #open = new Set<Open>()
  readonly #beating: NodeJS.Timeout
  #isDraining = false

  constructor(reading: Reading, parts: FeetParts) {
    this.#reading = reading
    this.#parts = parts
    this.#beating = setInterval(() => this.#beat(), parts.beatEvery)
    this.#beating.unref()
  }

  async #enter<F extends HttpFoot>(
    { request, over, token }: Asked<IncomingMessage>,
    transport: "sse" | "pull",
    make: (tail: Tail, position: () => Position) => F,
  ): Promise<Open<F> | Later | Refusal> {
    const { clientId: client, systemId: system } = token
    const { addressOf, number, takePlace } = this.#parts
    const tail = await this.#reading.tailOf(system)
    const objection = this.#reading.objectionTo(token)
    if (objection !== undefined) return objection
    if (this.#isDraining) return { code: "draining", retryAfter: startedAgain }
    const place = takePlace(request, client)
    if (typeof place !== "function") return place
    const foot = make(tail, () => listener.deliveredTo)
    const listener = new Listener(this.#reading, tail, foot, token)
    const who = { number: number(), address: addressOf(request), client, system }
    const shown = { ...who, protocol: null, transport, since: this.#reading.now() }
    const open: Open<F> = { shown, client, foot, listener, leave: () => this.#leave(open, place) }
    this.#open.add(open)
    over.once("close", open.leave)
    if (over.destroyed) open.leave()
    return open
  }

  #leave(open: Open, givePlaceBack: () => void): void {
    if (!this.#open.delete(open)) return
    const { foot, listener, shown, refused } = open
    this.#parts.ended.remember({ ...hearingOf(open), ended: this.#reading.now() })
    listener.close()
    foot.close()
    givePlaceBack()
    const { address, client, system, transport, since } = shown
    if (transport !== "sse" || client === null || system === null) return
    const seconds = (this.#reading.now() - since) / 1000
    this.#parts.told({
      address,
      client,
      system,
      transport,
      seconds,
      sent: foot.sent,
      ended: "transport close",
      ...(refused === undefined ? {} : { refused: refused.code }),
    })
  }

  async stream(asked: Asked<IncomingMessage>, begin: () => Peer): Promise<Refusal | Later | undefined> {
    const { meter, stuckAfter } = this.#reading
    const open = await this.#enter(asked, "sse", ({ epoch }) => new StreamFoot({ epoch, meter, stuckAfter }))
    if ("code" in open) return open
    const { foot, listener, leave } = open
    const start = (cursor: string | undefined): void => {
      const { session, sight } = listener
      // Whoever may not hear anything must not be told how far the log is, either. And with an id from after a gap or a
      // state, whoever is cut off before it is told of those would come back as if it had been.
      const isUntold = session.onProbation || session.gap !== null || sight.owesState
      foot.open(begin(), isUntold ? undefined : cursor)
    }
    try {
      const refusal = await subscribe(listener, asked.subscription, start)
      if (refusal !== undefined) leave()
      // It was ended before it began.
      return refusal ?? (foot.hasBegun ? undefined : open.refused)
    } catch (error) {
      leave()
      this.#reading.fault(error, "looking for where a stream begins")
      return { code: "fault", retryAfter: afterFault }
    }
  }

  async pull(asked: PullAsked<IncomingMessage>): Promise<Pulled | Refusal | Later> {
    const { limit, wait, received, subscription } = asked
    const { delivered } = this.#reading.meter
    const open = await this.#enter(
      asked,
      "pull",
      ({ epoch }, position) => new PullFoot({ epoch, limit, wait, received, delivered, position }),
    )
    if ("code" in open) return open
    const { foot, listener, leave } = open
    try {
      const refusal = await subscribe(listener, subscription, () => foot.open(listener.isBehind))
      return refusal ?? (await foot.pulled)
    } finally {
      leave()
    }
  }

  #beat(): void {
    for (const { foot, listener } of this.#open) {
      if (!(foot instanceof StreamFoot)) continue
      const { session, cursor } = listener
      const lacksNothing = session.hasBegun && decide.lacksNothing(session, this.#reading.now())
      foot.beat(lacksNothing ? cursor : undefined)
    }
  }

  connections(): readonly OpenConnection[] {
    return [...this.#open].map(({ shown, foot }) => ({ ...shown, sent: foot.sent }))
  }

  standings(): readonly ListenerStanding[] {
    return [...this.#open].map(({ shown, client, listener }) => ({
      connection: shown.number,
      client,
      ...listener.standing,
    }))
  }

  hearings(system: SystemId): readonly Hearing[] {
    return [...this.#open].map(hearingOf).filter((hearing) => hearing.system === system)
  }

  endRevoked(): void {
    for (const open of this.#open) {
      const objection = this.#reading.objectionTo(open.listener.token)
      if (objection === undefined) continue
      countRefusal(this.#reading.meter, objection.code)
      open.refused = objection
      open.listener.end(objection)
      open.leave()
    }
  }

  review(): void {
    for (const { listener } of this.#open) listener.review()
  }

  listeners(): { readonly atTail: number; readonly behind: number } {
    const behind = [...this.#open].filter(({ listener }) => listener.isBehind).length
    return { atTail: this.#open.size - behind, behind }
  }

  async drain(deadline: Milliseconds): Promise<void> {
    this.#isDraining = true
    while (Date.now() < deadline && this.#open.size > 0) {
      for (const { listener, foot } of this.#open) if (!listener.isBehind && foot.isDrained()) foot.close()
      await new Promise((resolve) => setTimeout(resolve, look))
    }
    for (const { foot } of this.#open) foot.close(true)
    clearInterval(this.#beating)
  }
}
