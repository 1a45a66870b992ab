/** What a server is told before it starts. It must not know where that was written down. */
import type { Milliseconds } from "./core/ports.js"
import type { LimitSettings } from "./limits/limits.js"
import type { Demo } from "./registry/demo.js"

export interface ServerSettings {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly dataFolder: string
  /** Where clients reach this server, without a slash at its end; else the address that it listens on. */
  readonly publicUrl?: string
  /** How long a system token lives, in seconds. */
  readonly systemTokenLifetime: number
  /** How long after its expiry a system token still opens a connection. */
  readonly expiredTokenGrace: Milliseconds
  /** How old a signing key may become before another signs. */
  readonly keyAge: Milliseconds
  readonly retention: { readonly age: Milliseconds; readonly bytes: number }
  readonly heartbeat: { readonly interval: Milliseconds; readonly timeout: Milliseconds }
  /** Each that is not told sets no limit. */
  readonly limits?: Partial<LimitSettings>
  /** Where metrics are answered, on 127.0.0.1; 0 takes a free one. They are always to be had by the operator. */
  readonly metricsPort?: number
  readonly demo?: Demo
}

/** Where the server tells what it does; pino fits. Nothing that is told holds a token. */
export interface Logger {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

/** What only tests and the command have a say in. */
export interface ServerOptions {
  readonly now?: () => Milliseconds
  readonly version?: string
  /** How often a listener that connected with an expired token is reminded, in milliseconds; 5,000 unless told. */
  readonly reminderEvery?: Milliseconds
  /** How long listeners are served when the server is asked to end, in milliseconds; 9,000 unless told. */
  readonly drainWithin?: Milliseconds
}
