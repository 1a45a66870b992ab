/** The reading room behind its gateway, with the limits that it is under. */
import type { IncomingMessage } from "node:http"
import type { Later } from "./core/allowance.js"
import { measure, type Meter } from "./core/meter.js"
import type { ListenerName, Names } from "./core/names.js"
import type { Log, Milliseconds, Registry, Row } from "./core/ports.js"
import type { RequiredListeners, Watched } from "./core/required.js"
import type { RevokedTokens, RevokeToken } from "./core/revoked.js"
import type { HttpDeps } from "./http/deps.js"
import type { AddressOf } from "./http/front/addresses.js"
import { noLimits, openLimits, type Limits } from "./limits/limits.js"
import { openObjections } from "./may-listen.js"
import { openEnded, type Ended } from "./reading/ended.js"
import { HttpFeet } from "./reading/feet.js"
import { openMustHear, type MustHear } from "./reading/must-hear.js"
import { openGateway, type Gateway } from "./reading/socketio/gateway.js"
import type { Reading } from "./reading/reading.js"
import { openTails } from "./reading/tail.js"
import { openRevoking } from "./revoking.js"
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
  readonly revokeToken: RevokeToken
  readonly gateway: Gateway
  readonly limits: Limits
  /** Who listened lately. */
  readonly ended: Pick<Ended, "of">
  /** Those limits that REST keeps, and what it may show. */
  readonly forHttp: Pick<
    HttpDeps,
    "takeToken" | "most" | "tooMuch" | "listen" | "seenBy" | "readState" | "revokeToken" | "isReplay"
  >
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

/** What all listeners share, and what of it REST shows. */
function openReading(
  parts: ListeningParts,
  { limits, systemTokenLifetime }: ServerSettings,
  every: Milliseconds,
) {
  const { log, registry, revoked, meter, tokens, now, fault } = parts
  const heard = ({ received }: Row): void => measure(meter.delivery, (now() - received) / 1000)
  const tailOf = openTails(log, { heard, now })
  const { readState, seenBy, ...viewing } = openViewing({ ...parts, ...tokens })
  const objectionTo = openObjections(registry, revoked)
  const expiringAhead = Math.min(expiringAheadAtMost, systemTokenLifetime * 200)
  const knowing = { log, tailOf, ...viewing, objectionTo, meter, now, fault }
  const reading = { ...knowing, reminderEvery: every, expiringAhead, ...noLimits, ...limits }
  return { reading, forRest: { readState, seenBy } }
}

function openWatch(parts: ListeningParts, gateway: Gateway, { tailOf }: Reading): MustHear {
  return openMustHear({
    ...parts,
    see: (listener) => gateway.see(listener),
    silencesOf: async (system) => (await tailOf(system)).silences,
    told: tellOfSilence(parts.logger),
  })
}

export function openListening(
  parts: ListeningParts,
  settings: ServerSettings,
  options: ServerOptions,
): Listening {
  const { names, meter, logger, tokens, addressOf, now } = parts
  const { heartbeat } = settings
  const bounds = { ...noLimits, ...settings.limits }
  const limits = openLimits(bounds, now)
  const { reading, forRest } = openReading(parts, settings, options.reminderEvery ?? reminderEvery)
  const told = (fate: object): void => logger.info(fate, "a connection has ended")
  const ended = openEnded()
  const shared = { addressOf, number: openNumbers(), told, ended }
  const gateway = openGateway(reading, tokens.verifySystemToken, {
    pingInterval: heartbeat.interval,
    pingTimeout: heartbeat.timeout,
    messageSize: bounds.messageSize,
    places: limits.places,
    names,
    ...shared,
  })
  const takePlace = openPlaces(limits, addressOf)
  const feet = new HttpFeet(reading, { beatEvery: heartbeat.interval, takePlace, ...shared })
  const all = together(gateway, feet)
  const revokeToken = openRevoking({ ...parts, endRevoked: () => all.endRevoked() })
  const forHttp: Listening["forHttp"] = {
    revokeToken,
    takeToken: limits.takeTokenFor,
    most: bounds,
    tooMuch: (limit) => (meter.hits[limit] += 1),
    listen: feet,
    isReplay: options.replay !== undefined,
    ...forRest,
  }
  options.replay?.({ log: parts.log, connected: all })
  const mustHear = openWatch(parts, gateway, reading)
  return { gateway: all, limits, ended, forHttp, mustHear, revokeToken }
}
