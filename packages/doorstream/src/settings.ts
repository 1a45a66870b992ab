/**
 * The settings of the server, as data: what each is called in the environment, what it means, and how it is read. It
 * must not know what is done with them.
 */
import { familyReader } from "./families.js"
import { limitSettings } from "./limit-settings.js"
import { readNetworks } from "./networks.js"
import { readOrigins } from "./origins.js"
import * as read from "./read-setting.js"
import { setting, type Setting } from "./setting.js"

/** What is wrong with the environment, a line for each setting. */
export class SettingsError extends Error {}

export const settings = {
  HOST: setting({ means: "The address to listen on.", read: read.host, otherwise: "127.0.0.1" }),
  PORT: setting({
    means: "The port to listen on; 0 takes a free one.",
    read: read.wholeNumber(0, 65_535),
    otherwise: "8080",
  }),
  DOORSTREAM_DATA: setting({
    means: "The data folder: the log, the registry and the keys.",
    read: (text: string) => text,
    otherwise: "./data",
  }),
  DOORSTREAM_PUBLIC_URL: setting({
    means:
      "The address by which clients reach this server, proxies included. Tokens name it as their issuer.",
    read: read.url,
  }),
  DOORSTREAM_SYSTEM_TOKEN_TTL: setting({
    means: "How many seconds a system token lives.",
    read: read.wholeNumber(1, 86_400),
    otherwise: "300",
  }),
  DOORSTREAM_EXPIRED_TOKEN_GRACE: setting({
    means: "For how long after its expiry a token may still open a connection, which must then renew it.",
    read: read.duration,
    otherwise: "30d",
  }),
  DOORSTREAM_KEY_AGE: setting({
    means: "How old a signing key may become before another one signs; the old one goes on verifying.",
    read: read.duration,
    otherwise: "90d",
  }),
  DOORSTREAM_RETENTION_AGE: setting({
    means: "How long an event is kept.",
    read: read.duration,
    otherwise: "7d",
  }),
  DOORSTREAM_RETENTION_TOPICS: setting({
    means:
      "Topics that are kept for another time, such as device.request.*=1d, liveEvent=12h. A liveEvent is kept no longer than its event.",
    read: familyReader(read.duration),
    otherwise: "",
  }),
  DOORSTREAM_RETENTION_SIZE: setting({
    means: "How much is kept of all events.",
    read: read.size,
    otherwise: "10GB",
  }),
  DOORSTREAM_DISK_RESERVE: setting({
    means: "How much of the disk is left free: reports are refused `storage_full` before it is touched.",
    read: read.size,
    otherwise: "512MB",
  }),
  DOORSTREAM_DEAD_LETTERS: setting({
    means: "How many refused reports are kept of each system as dead letters; the oldest go first.",
    read: read.wholeNumber(1, 1_000_000),
    otherwise: "10000",
  }),
  DOORSTREAM_DEAD_LETTERS_SIZE: setting({
    means: "How much is kept of them, of each system.",
    read: read.sizeWithin(100e3, 1e9, "from 100kB to 1000MB"),
    otherwise: "16MB",
  }),
  DOORSTREAM_AUDIT_AGE: setting({
    means: "How long it is kept who changed or commanded what.",
    read: read.duration,
    otherwise: "365d",
  }),
  DOORSTREAM_LISTENER_AGE: setting({
    means: "How long it is kept where a listener with a name reads, after it was there last.",
    read: read.duration,
    otherwise: "30d",
  }),
  DOORSTREAM_OPERATOR_PORT: setting({
    means:
      "The port on 127.0.0.1 of the operator API, for tokens with the scope operate; 0 takes a free one.",
    read: (text: string) => (text === "off" ? undefined : read.wholeNumber(0, 65_535)(text)),
    otherwise: "off",
  }),
  DOORSTREAM_PING_INTERVAL: setting({
    means: "How often a listener is asked whether it is there.",
    read: read.duration,
    otherwise: "25s",
  }),
  DOORSTREAM_PING_TIMEOUT: setting({
    means:
      "How long it may take to answer. With the interval at least 40s, because plain WebSocket clients ping every 25.",
    read: read.duration,
    otherwise: "20s",
  }),
  DOORSTREAM_MESSAGE_SIZE: setting({
    means: "How large one message of a listener may be, and one of its requests by polling.",
    read: read.sizeWithin(10e3, 10e6, "from 10kB to 10MB"),
    otherwise: "100kB",
  }),
  DOORSTREAM_BODY_SIZE: setting({
    means: "How large a request with reports may be.",
    read: read.sizeWithin(10e3, 100e6, "from 10kB to 100MB"),
    otherwise: "2MiB",
  }),
  DOORSTREAM_REPORTS_PER_REQUEST: setting({
    means: "How many reports it may hold.",
    read: read.wholeNumber(1, 10_000),
    otherwise: "1000",
  }),
  ...limitSettings,
  DOORSTREAM_NODE_SILENCE: setting({
    means: "For how long nothing may be heard of a cloud node before it is told to be disconnected.",
    read: read.duration,
    otherwise: "30s",
  }),
  DOORSTREAM_NODE_REPORTS_PER_SECOND: setting({
    means:
      "How many reports a second one cloud node may send over its link in the long run; 1,000 may come at once.",
    read: read.limit,
    otherwise: "200",
  }),
  DOORSTREAM_METRICS_PORT: setting({
    means: "The port on 127.0.0.1 that answers GET /metrics for Prometheus; 0 takes a free one.",
    read: (text: string) => (text === "off" ? undefined : read.wholeNumber(0, 65_535)(text)),
    otherwise: "off",
  }),
  DOORSTREAM_TLS_CERT: setting({
    means:
      "The file of a certificate (PEM, those it hangs on after it), to speak https and wss. Read again when it changes.",
    read: (text: string) => text,
    otherwise: "",
  }),
  DOORSTREAM_TLS_KEY: setting({
    means: "The file of the certificate's key (PEM).",
    read: (text: string) => text,
    otherwise: "",
  }),
  DOORSTREAM_TRUSTED_PROXIES: setting({
    means:
      "The addresses and networks (10.0.0.0/8) of proxies in front, with commas between: their X-Forwarded-For is believed.",
    read: readNetworks,
    otherwise: "",
  }),
  DOORSTREAM_ORIGINS: setting({
    means:
      "The origins whose pages may use this server from a browser, with commas between; no others can read its answers.",
    read: readOrigins,
    otherwise: "",
  }),
  DOORSTREAM_LOG: setting({
    means: `How much goes to the log: ${read.levels.join(", ")}.`,
    read: read.level,
    otherwise: "info",
  }),
}

type Table = typeof settings

/** Every setting by its name in the environment; times in milliseconds but for the token's, sizes in bytes. */
export type Settings = { readonly [K in keyof Table]: Table[K] extends Setting<infer T> ? T : never }

/** Below this, Engine.IO 3 would close clients that ping every 25 seconds, as the specification's do. */
const leastHeartbeat = 40_000

/** What does not go together about TLS. */
function findTlsFaults(
  { DOORSTREAM_TLS_CERT: certificate, DOORSTREAM_TLS_KEY: key }: Settings,
  publicUrl: string | undefined,
): string[] {
  if (certificate === "" && key === "") return []
  if (key === "") return ["DOORSTREAM_TLS_KEY is missing. DOORSTREAM_TLS_CERT is given, and needs its key."]
  if (certificate === "")
    return ["DOORSTREAM_TLS_CERT is missing. DOORSTREAM_TLS_KEY is given, and needs its certificate."]
  return publicUrl?.startsWith("http:")
    ? ["DOORSTREAM_PUBLIC_URL must begin with https, because DOORSTREAM_TLS_CERT is given."]
    : []
}

/**
 * Reads all settings from an environment.
 *
 * @param instead texts that stand in for those the environment does not have
 * @throws SettingsError that names each one that is missing or malformed
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  instead: { readonly [K in keyof Table]?: string } = {},
): Settings {
  const faults: string[] = []
  const readOne = (name: keyof Table): [string, unknown] => {
    const { means, read: parse, otherwise }: Setting<unknown> = settings[name]
    const text = environment[name] || (instead[name] ?? otherwise)
    if (text === undefined) faults.push(`${name} is missing. ${means}`)
    else
      try {
        return [name, parse(text)]
      } catch (error) {
        faults.push(`${name} ${(error as Error).message}; it is "${text}".`)
      }
    return [name, undefined]
  }
  const values = Object.fromEntries(
    (Object.keys(settings) as (keyof Table)[]).map(readOne),
  ) as unknown as Settings
  if (values.DOORSTREAM_PING_INTERVAL + values.DOORSTREAM_PING_TIMEOUT < leastHeartbeat)
    faults.push("DOORSTREAM_PING_INTERVAL and DOORSTREAM_PING_TIMEOUT together must be 40s or more.")
  faults.push(...findTlsFaults(values, environment["DOORSTREAM_PUBLIC_URL"]))
  if (faults.length > 0) throw new SettingsError(faults.join("\n"))
  return values
}

/** What the commands that speak to a server read; `account.ts` and `operate.ts` know what for. */
const readElsewhere = /^DOORSTREAM_(URL|CLIENT|SECRET|SYSTEM|OPERATOR_URL|OPERATOR_TOKEN)$/

/** The names in an environment that look like settings and are none: typing errors, most of the time. */
export const findUnknown = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(environment).filter(
    (name) => name.startsWith("DOORSTREAM_") && !(name in settings) && !readElsewhere.test(name),
  )

/** The settings as a page of help. */
export const settingsHelp = (): string =>
  Object.entries(settings)
    .map(
      ([name, { means, otherwise }]: [string, Setting<unknown>]) =>
        `  ${name}\n      ${means} ${otherwise === undefined ? "Required." : `(${otherwise || "none"})`}`,
    )
    .join("\n")
