/** The reading room behind its gateway, with the limits that it is under. */
import type { IncomingMessage } from "node:http"
import type { Later } from "./core/allowance.js"
import { measure, type Meter } from "./core/meter.js"
import type { ListenerName, Names } from "./core/names.js"
import type { Log, Milliseconds, Registry, Row } from "./core/ports.js"
import type { RequiredListeners, Watched } from "./core/required.js"
import type { RevokedTokens } from "./core/revoked.js"
import type { HttpDeps } from "./http/deps.js"
import type { AddressOf } from "./http/front/addresses.js"
import { noLimits, openLimits, type Limits } from "./limits/limits.js"
import { openObjections } from "./may-listen.js"
import { openEnded, type Ended } from "./reading/ended.js"
import { HttpFeet } from "./reading/feet.js"
import { openMustHear, type MustHear } from "./reading/must-hear.js"
import { openGateway, type Gateway } from "./reading/socketio/gateway.js"
import { openTails } from "./reading/tail.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"
import type { Tokens } from "./tokens/room.js"
import type { States } from "./state/states.js"
import { openViewing } from "./viewing.js"

/** How often a listener that connected with an expired token is reminded (PROTOCOL §2). */
const reminderEvery: Milliseconds = 5000

/** How long ahead of its expiry a token is told to expire, where it lives for five times as long or longer. */
const expiringAheadAtMost: Milliseconds = 60_000

interface ListeningParts {
  readonly log: Log
  readonly registry: Registry
  readonly names: Names
  readonly revoked: RevokedTokens
  readonly required: RequiredListeners
  readonly states: States
  readonly meter: Meter
  readonly logger: Logger
  readonly tokens: Pick<Tokens, "verifySystemToken" | "scrambleIn">
  readonly addressOf: AddressOf
  readonly now: () => Milliseconds
  readonly fault: (error: unknown, what: string) => void
}

interface Listening {
  readonly mustHear: MustHear
  readonly gateway: Gateway
  readonly limits: Limits
  /** Who listened lately. */
  readonly ended: Pick<Ended, "of">
  /** Those limits that REST keeps, and what it may show. */
  readonly forHttp: Pick<HttpDeps, "takeToken" | "most" | "tooMuch" | "listen" | "seenBy" | "readState">
}

/** All ways of listening as one, for those who ask who is there, and for the end. */
function together(gateway: Gateway, feet: HttpFeet): Gateway {
  const all = [gateway, feet]
  return {
    ...gateway,
    connections: () => all.flatMap((each) => each.connections()),
    standings: () => all.flatMap((each) => each.standings()),
    hearings: (system) => all.flatMap((each) => each.hearings(system)),
    endRevoked: () => all.forEach((each) => each.endRevoked()),
    review: () => all.forEach((each) => each.review()),
    listeners: () => {
      const counts = all.map((each) => each.listeners())
      const sumOf = (at: "atTail" | "behind"): number => counts.reduce((sum, each) => sum + each[at], 0)
      return { atTail: sumOf("atTail"), behind: sumOf("behind") }
    },
    drain: async (deadline) => void (await Promise.all(all.map((each) => each.drain(deadline)))),
  }
}

/** Takes places for what listens over plain HTTP, like those of connections that come by the gateway. */
const openPlaces =
  (limits: Limits, addressOf: AddressOf) =>
  (request: IncomingMessage, client: string): (() => void) | Later => {
    const later = limits.takePlace(request, addressOf(request)) ?? limits.places.takeAs(request, client)
    if (later === undefined) return limits.places.hold(request)
    limits.leave(request)
    return later
  }

function openNumbers(): () => number {
  let count = 0
  return () => (count += 1)
}

/** What an operator reads of a listener that must hear. */
const tellOfSilence =
  (logger: Logger) =>
  ({ system, client, name }: ListenerName, what: "silent" | "back", trouble: Watched["trouble"]): void => {
    const of = { system, client, listener: name }
    if (what === "back") return logger.info(of, "a listener that must hear is back")
    const since = trouble && new Date(trouble.since).toISOString()
    logger.warn({ ...of, reason: trouble?.reason, since }, "a listener that must hear is silent")
  }

export function openListening(
  parts: ListeningParts,
  { limits: asTold, heartbeat, systemTokenLifetime }: ServerSettings,
  options: ServerOptions,
): Listening {
  const { log, registry, names, revoked, required, meter, logger, addressOf, now, fault } = parts
  const bounds = { ...noLimits, ...asTold }
  const limits = openLimits(bounds, now)
  const every = options.reminderEvery ?? reminderEvery
  const heard = ({ received }: Row): void => measure(meter.delivery, (now() - received) / 1000)
  const tailOf = openTails(log, { heard, now })
  const { scrambleIn, verifySystemToken } = parts.tokens
  const { readState, seenBy, ...viewing } = openViewing({ ...parts, scrambleIn })
  const objectionTo = openObjections(registry, revoked)
  const expiringAhead = Math.min(expiringAheadAtMost, systemTokenLifetime * 200)
  const knowing = { log, tailOf, ...viewing, objectionTo, meter, now, fault }
  const reading = { ...knowing, reminderEvery: every, expiringAhead, ...bounds }
  const told = (fate: object): void => logger.info(fate, "a connection has ended")
  const ended = openEnded()
  const shared = { addressOf, number: openNumbers(), told, ended }
  const gateway = openGateway(reading, verifySystemToken, {
    pingInterval: heartbeat.interval,
    pingTimeout: heartbeat.timeout,
    messageSize: bounds.messageSize,
    places: limits.places,
    names,
    ...shared,
  })
  const takePlace = openPlaces(limits, addressOf)
  const feet = new HttpFeet(reading, { beatEvery: heartbeat.interval, takePlace, ...shared })
  const forHttp: Listening["forHttp"] = {
    takeToken: limits.takeTokenFor,
    most: bounds,
    tooMuch: (limit) => (meter.hits[limit] += 1),
    listen: feet,
    seenBy,
    readState,
  }
  const mustHear = openMustHear({
    required,
    see: (listener) => gateway.see(listener),
    silencesOf: async (system) => (await tailOf(system)).silences,
    told: tellOfSilence(logger),
    now,
    fault,
  })
  const all = together(gateway, feet)
  options.replay?.({ log, connected: all })
  return { gateway: all, limits, ended, forHttp, mustHear }
}
