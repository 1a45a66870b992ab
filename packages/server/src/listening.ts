/** The reading room behind its gateway, with the limits that it is under. */
import type { Meter } from "./core/meter.js"
import type { Log, Milliseconds, VerifySystemToken } from "./core/ports.js"
import type { AddressOf } from "./http/front/addresses.js"
import { noLimits, openLimits, type Limits } from "./limits/limits.js"
import { openGateway, type Gateway } from "./reading/socketio/gateway.js"
import type { Logger, ServerOptions, ServerSettings } from "./settings.js"

/** The largest message of a listener, in bytes: some thousand topics. */
const largestMessage = 100_000

/** How often a listener that connected with an expired token is reminded (PROTOCOL §2). */
const reminderEvery: Milliseconds = 5000

interface ListeningParts {
  readonly log: Log
  readonly meter: Meter
  readonly logger: Logger
  readonly verify: VerifySystemToken
  readonly addressOf: AddressOf
  readonly now: () => Milliseconds
  readonly fault: (error: unknown, what: string) => void
}

export function openListening(
  { log, meter, logger, verify, addressOf, now, fault }: ListeningParts,
  { limits: told, heartbeat }: ServerSettings,
  options: ServerOptions,
): { gateway: Gateway; limits: Limits } {
  const bounds = { ...noLimits, ...told }
  const limits = openLimits(bounds, now)
  const every = options.reminderEvery ?? reminderEvery
  const reading = { log, meter, now, fault, reminderEvery: every, ...bounds }
  const gateway = openGateway(reading, verify, {
    pingInterval: heartbeat.interval,
    pingTimeout: heartbeat.timeout,
    largestMessage,
    places: limits.places,
    addressOf,
    told: (fate) => logger.info(fate, "a connection has ended"),
  })
  return { gateway, limits }
}
