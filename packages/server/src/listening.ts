/** The reading room behind its gateway, with the limits that it is under. */
import { measure, type Meter } from "./core/meter.js"
import type { Names } from "./core/names.js"
import type { Log, Milliseconds, Row, VerifySystemToken } from "./core/ports.js"
import type { HttpDeps } from "./http/deps.js"
import type { AddressOf } from "./http/front/addresses.js"
import { noLimits, openLimits, type Limits } from "./limits/limits.js"
import { openGateway, type Gateway } from "./reading/socketio/gateway.js"
import { openTails } from "./reading/tail.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"

/** How often a listener that connected with an expired token is reminded (PROTOCOL §2). */
const reminderEvery: Milliseconds = 5000

interface ListeningParts {
  readonly log: Log
  readonly names: Names
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
  /** Those limits that REST keeps. */
  readonly forHttp: Pick<HttpDeps, "takeToken" | "most" | "tooMuch">
}

export function openListening(
  { log, names, meter, logger, verify, addressOf, now, fault }: ListeningParts,
  { limits: told, heartbeat }: ServerSettings,
  options: ServerOptions,
): Listening {
  const bounds = { ...noLimits, ...told }
  const limits = openLimits(bounds, now)
  const every = options.reminderEvery ?? reminderEvery
  const heard = ({ received }: Row): void => measure(meter.delivery, (now() - received) / 1000)
  const tailOf = openTails(log, { heard, now })
  const reading = { log, tailOf, meter, now, fault, reminderEvery: every, ...bounds }
  const gateway = openGateway(reading, verify, {
    pingInterval: heartbeat.interval,
    pingTimeout: heartbeat.timeout,
    messageSize: bounds.messageSize,
    places: limits.places,
    names,
    addressOf,
    told: (fate) => logger.info(fate, "a connection has ended"),
  })
  const forHttp: Listening["forHttp"] = {
    takeToken: limits.takeTokenFor,
    most: bounds,
    tooMuch: (limit) => (meter.hits[limit] += 1),
  }
  return { gateway, limits, forHttp }
}
