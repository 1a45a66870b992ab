/** The reading room behind its gateway, with the limits that it is under. */
import type { IncomingMessage } from "node:http"
import type { Later } from "./core/allowance.js"
import { measure, type Meter } from "./core/meter.js"
import type { Names } from "./core/names.js"
import type { Log, Milliseconds, Registry, Row, VerifySystemToken } from "./core/ports.js"
import type { HttpDeps } from "./http/deps.js"
import type { AddressOf } from "./http/front/addresses.js"
import { noLimits, openLimits, type Limits } from "./limits/limits.js"
import { openEnded, type Ended } from "./reading/ended.js"
import { HttpFeet } from "./reading/feet.js"
import { openGateway, type Gateway } from "./reading/socketio/gateway.js"
import { openTails } from "./reading/tail.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"
import type { States } from "./state/states.js"
import { openViewing } from "./viewing.js"

/** How often a listener that connected with an expired token is reminded (PROTOCOL §2). */
const reminderEvery: Milliseconds = 5000

interface ListeningParts {
  readonly log: Log
  readonly registry: Registry
  readonly names: Names
  readonly states: States
  readonly meter: Meter
  readonly logger: Logger
  readonly verify: VerifySystemToken
  readonly addressOf: AddressOf
  readonly now: () => Milliseconds
  readonly fault: (error: unknown, what: string) => void
}

interface Listening {
  readonly gateway: Gateway
  readonly limits: Limits
  /** Who listened lately. */
  readonly ended: Pick<Ended, "of">
  /** Those limits that REST keeps. */
  readonly forHttp: Pick<HttpDeps, "takeToken" | "most" | "tooMuch" | "listen" | "readState">
}

/** All ways of listening as one, for those who ask who is there, and for the end. */
function together(gateway: Gateway, feet: HttpFeet): Gateway {
  const all = [gateway, feet]
  return {
    ...gateway,
    connections: () => all.flatMap((each) => each.connections()),
    standings: () => all.flatMap((each) => each.standings()),
    hearings: (system) => all.flatMap((each) => each.hearings(system)),
    endUnless: (mayStay) => all.forEach((each) => each.endUnless(mayStay)),
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

export function openListening(
  { log, registry, names, states, meter, logger, verify, addressOf, now, fault }: ListeningParts,
  { limits: asTold, heartbeat }: ServerSettings,
  options: ServerOptions,
): Listening {
  const bounds = { ...noLimits, ...asTold }
  const limits = openLimits(bounds, now)
  const every = options.reminderEvery ?? reminderEvery
  const heard = ({ received }: Row): void => measure(meter.delivery, (now() - received) / 1000)
  const tailOf = openTails(log, { heard, now })
  const { readState, ...viewing } = openViewing({ registry, states, now })
  const reading = { log, tailOf, ...viewing, meter, now, fault, reminderEvery: every, ...bounds }
  const told = (fate: object): void => logger.info(fate, "a connection has ended")
  const ended = openEnded()
  const shared = { addressOf, number: openNumbers(), told, ended }
  const gateway = openGateway(reading, verify, {
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
    readState,
  }
  const all = together(gateway, feet)
  options.replay?.({ log, connected: all })
  return { gateway: all, limits, ended, forHttp }
}
