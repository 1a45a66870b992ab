/** Every limit on who may come how often, joined. It must not know how anybody came. PROTOCOL §13. */
import { reportsAtOnce } from "@doorstream/contract"
import type { Allowance, Later, Places } from "../core/allowance.js"
import type { Milliseconds } from "../core/ports.js"
import { keyOf } from "./address.js"
import { BoundPlaces, type Full, type PlaceBounds } from "./places.js"
import { openRate, type Rate } from "./rate.js"

/** Infinity sets no limit; the sizes always have one. */
export interface LimitSettings {
  /** Of one message of a listener and of its requests by polling, in bytes. */
  readonly messageSize: number
  /** Of a request with reports, in bytes. */
  readonly bodySize: number
  readonly reportsPerRequest: number
  readonly connectionsPerAddress: number
  readonly connectionsPerClient: number
  readonly connections: number
  /** From one address, in the long run. */
  readonly requestsPerSecond: number
  readonly tokensPerMinutePerAddress: number
  readonly tokensPerMinutePerClient: number
  /** Of one API client over REST, tokens and reports aside, in the long run. */
  readonly callsPerSecondPerClient: number
  /** On one open connection, in the long run: who says more is read more slowly. */
  readonly messagesPerSecond: number
  /** What one message of a listener may name. */
  readonly topicsPerMessage: number
  /** How fast one listener is read to from the log. */
  readonly replayBytesPerSecond: number
  /** How long a listener may take nothing of what waits for it, in milliseconds. */
  readonly stuckAfter: number
}

export const noLimits: LimitSettings = {
  messageSize: 100_000,
  bodySize: 2 * 1024 * 1024,
  reportsPerRequest: reportsAtOnce,
  connectionsPerAddress: Infinity,
  connectionsPerClient: Infinity,
  connections: Infinity,
  requestsPerSecond: Infinity,
  tokensPerMinutePerAddress: Infinity,
  tokensPerMinutePerClient: Infinity,
  callsPerSecondPerClient: Infinity,
  messagesPerSecond: Infinity,
  topicsPerMessage: Infinity,
  replayBytesPerSecond: Infinity,
  stuckAfter: Infinity,
}

/** Those that are kept here; the others are kept by whom they are about. */
export type Limit =
  | "connectionsPerAddress"
  | "connectionsPerClient"
  | "connections"
  | "requestsPerSecond"
  | "tokensPerMinutePerAddress"
  | "tokensPerMinutePerClient"
  | "callsPerSecondPerClient"

export interface Limits {
  readonly places: Places
  /** How many places are taken. */
  readonly connections: number
  /** A connection is asked for from this address. */
  takePlace(request: object, address: string): Later | undefined
  /** The request is over; its place is free unless a connection holds it. */
  leave(request: object): void
  /** A request came from this address that belongs to no open connection. */
  takeRequest(address: string): Later | undefined
  /** A token is requested from this address. */
  takeTokenFrom(address: string): Later | undefined
  /** A token is requested by this API client. */
  takeTokenFor(clientId: string): Later | undefined
  /** An API client asks something of REST. */
  takeCall(clientId: string): Allowance
  /** How often each limit stood in the way. */
  readonly hits: Readonly<Record<Limit, number>>
}

const second: Milliseconds = 1000
const minute: Milliseconds = 60 * second

/** So many seconds' worth of requests may come at once: a crowd comes back at once when its network does. */
const reserve = 10

const hitOf: Readonly<Record<Full, Limit>> = {
  address: "connectionsPerAddress",
  client: "connectionsPerClient",
  all: "connections",
}

const noHits = (): Record<Limit, number> => ({
  connectionsPerAddress: 0,
  connectionsPerClient: 0,
  connections: 0,
  requestsPerSecond: 0,
  tokensPerMinutePerAddress: 0,
  tokensPerMinutePerClient: 0,
  callsPerSecondPerClient: 0,
})

function openRates(settings: LimitSettings, now: () => Milliseconds) {
  const rateOf = (perTime: number, time: Milliseconds, atOnce: number): Rate =>
    openRate(time / perTime, perTime === Infinity ? 1 : atOnce, now)
  const { requestsPerSecond, tokensPerMinutePerAddress, tokensPerMinutePerClient } = settings
  const { callsPerSecondPerClient } = settings
  return {
    requestsPerSecond: rateOf(requestsPerSecond, second, requestsPerSecond * reserve),
    tokensPerMinutePerAddress: rateOf(tokensPerMinutePerAddress, minute, tokensPerMinutePerAddress),
    tokensPerMinutePerClient: rateOf(tokensPerMinutePerClient, minute, tokensPerMinutePerClient),
    callsPerSecondPerClient: rateOf(callsPerSecondPerClient, second, callsPerSecondPerClient * reserve),
  }
}

/** @param fullIn the milliseconds until all that may be taken at once is there again */
function allow(perSecond: number, fullIn: Milliseconds, later: Later | undefined): Allowance {
  const limit = perSecond * reserve
  const remaining = limit - Math.ceil((fullIn * perSecond) / second)
  const reset = Math.ceil(fullIn / second)
  return later === undefined ? { limit, remaining, reset } : { limit, remaining: 0, reset, later }
}

export function openLimits(settings: LimitSettings, now: () => Milliseconds): Limits {
  const hits = noHits()
  const rates = openRates(settings, now)
  const bounds: PlaceBounds = {
    perAddress: settings.connectionsPerAddress,
    perClient: settings.connectionsPerClient,
    inAll: settings.connections,
  }
  const places = new BoundPlaces(bounds, (full) => void (hits[hitOf[full]] += 1))

  const take = (limit: keyof typeof rates, key: string): Later | undefined => {
    const wait = rates[limit].take(key)
    if (wait === 0) return undefined
    hits[limit] += 1
    const code = limit.startsWith("tokens") ? "too_many_tokens" : "too_many_requests"
    return { code, retryAfter: Math.ceil(wait / second) }
  }

  return {
    places,
    hits,
    takeCall: (clientId) => {
      const later = take("callsPerSecondPerClient", clientId)
      return allow(settings.callsPerSecondPerClient, rates.callsPerSecondPerClient.fullIn(clientId), later)
    },
    get connections() {
      return places.taken
    },
    leave: (request) => places.leave(request),
    takePlace: (request, address) => places.take(request, keyOf(address)),
    takeRequest: (address) => take("requestsPerSecond", keyOf(address)),
    takeTokenFrom: (address) => take("tokensPerMinutePerAddress", keyOf(address)),
    takeTokenFor: (clientId) => take("tokensPerMinutePerClient", clientId),
  }
}
