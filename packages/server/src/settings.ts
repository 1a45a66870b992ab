/** What a server is told before it starts. It must not know where that was written down. */
import type { Connected } from "./core/connected.js"
import type { Log, Milliseconds } from "./core/ports.js"
import type { LimitSettings } from "./limits/limits.js"
import type { Retention } from "./log/embedded/retention.js"
import type { CertificateFiles } from "./http/front/certificate.js"
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
  /** How many bytes of the disk the log does not fill; 512 MB unless told. */
  readonly diskReserve?: number
  readonly retention: Retention
  /** How many refused reports are kept of each system, and how many bytes of them; 10,000 and 16 MB unless told. */
  readonly deadLetters?: { readonly count: number; readonly bytes: number }
  /** How long it is kept who changed what; a year unless told. */
  readonly auditAge?: Milliseconds
  /** How long the position of a named listener is kept after it was there last; 30 days unless told. */
  readonly listenerAge?: Milliseconds
  readonly heartbeat: { readonly interval: Milliseconds; readonly timeout: Milliseconds }
  /** Each that is not told sets no limit. */
  readonly limits?: Partial<LimitSettings>
  /** Of cloud nodes on their links; `reportsPerSecond` of one node, in the long run. */
  readonly nodes?: { readonly silence?: Milliseconds; readonly reportsPerSecond?: number }
  /** Where metrics are answered, on 127.0.0.1; 0 takes a free one. They are always to be had by the operator. */
  readonly metricsPort?: number
  /** Where the operator is answered beside the operator socket, on 127.0.0.1; 0 takes a free one. */
  readonly operatorPort?: number
  /** The origins whose pages may read what is answered, such as `https://wall.example.org`; none unless told. */
  readonly origins?: readonly string[]
  /** Addresses and networks (`10.0.0.0/8`) of proxies whose X-Forwarded-For is believed; none unless told. */
  readonly trustedProxies?: readonly string[]
  /** The files of a certificate and its key, where the server speaks TLS itself. */
  readonly tls?: CertificateFiles
  readonly demo?: Demo
}

/** Where the server tells what it does; pino fits. Nothing that is told holds a token. */
export interface Logger {
  /** What is told of each refusal, where somebody wants to know it. */
  debug?(fields: object, text: string): void
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

/** What of a server a replay needs: where events go, and who hears them. */
export interface Replayed {
  readonly log: Pick<Log, "append">
  readonly connected: Pick<Connected, "standings">
}

/** What only tests and the command have a say in. */
export interface ServerOptions {
  readonly now?: () => Milliseconds
  readonly version?: string
  /** How often a listener that connected with an expired token is reminded, in milliseconds; 5,000 unless told. */
  readonly reminderEvery?: Milliseconds
  /** How often what is no longer to be kept is forgotten, in milliseconds; 60,000 unless told. */
  readonly sweepEvery?: Milliseconds
  /** How long a node link may take to prove its key, in milliseconds; 10,000 unless told. */
  readonly proveWithin?: Milliseconds
  /** How long a command to a cloud node is good for, in milliseconds; 5,000 unless told. */
  readonly commandLife?: Milliseconds
  /** For how long nothing may change before cloud nodes are synced, in milliseconds; 1,000 unless told. */
  readonly syncQuiet?: Milliseconds
  /** The server replays a past that this is going to append, and changes nothing else. */
  readonly replay?: (house: Replayed) => void
  /** How long listeners are served when the server is asked to end, in milliseconds; 9,000 unless told. */
  readonly drainWithin?: Milliseconds
}
