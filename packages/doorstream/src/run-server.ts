/** Runs a server until it is asked to end: what `serve` and `demo` have in common. */
import { startServer, type Demo, type RunningServer, type ServerSettings } from "@doorstream/server"
import { pino, type Logger } from "pino"
import { readLimits } from "./limits.js"
import { readOperating } from "./operating.js"
import { folderInWords } from "./operate.js"
import { Plight, remark } from "./say.js"
import { findUnknown, type Settings } from "./settings.js"
import { signalled } from "./signals.js"
import { version } from "./version.js"

const openLogger = (level: string, to: NodeJS.WriteStream): Logger =>
  pino({ level, base: {}, timestamp: pino.stdTimeFunctions.isoTime }, to)

/** The start's plights that a user can mend, in one line each. */
function inWords(error: unknown, { HOST, PORT, DOORSTREAM_DATA }: Settings): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (code === "EADDRINUSE")
    return new Plight(`Port ${PORT} on ${HOST} is taken by another program. Choose another with PORT=…`)
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new Plight(`HOST ${HOST} is no address of this machine.`)
  if (syscall === "listen") return new Plight(`${message}. Choose a port above 1023 with PORT=…`)
  if (code === "certificate_unusable") return new Plight(message)
  return folderInWords(error, DOORSTREAM_DATA)
}

/** Both or none: the settings see to that. */
const readTls = ({ DOORSTREAM_TLS_CERT: certificate, DOORSTREAM_TLS_KEY: key }: Settings) =>
  certificate === "" ? {} : { tls: { certificate, key } }

interface RunOptions {
  readonly settings: Settings
  /** Where the log goes. */
  readonly logTo: NodeJS.WriteStream
  readonly publicUrl?: string
  readonly demo?: Demo
  /** Called when the server listens; what it returns is ended before the server is. */
  readonly started: (server: RunningServer, logger: Logger) => Promise<() => Promise<void>>
}

/** The settings of the environment as the server is told them. */
export const serverSettings = (settings: Settings, publicUrl?: string, demo?: Demo): ServerSettings => ({
  host: settings.HOST,
  port: settings.PORT,
  dataFolder: settings.DOORSTREAM_DATA,
  ...(publicUrl === undefined ? {} : { publicUrl }),
  systemTokenLifetime: settings.DOORSTREAM_SYSTEM_TOKEN_TTL,
  expiredTokenGrace: settings.DOORSTREAM_EXPIRED_TOKEN_GRACE,
  keyAge: settings.DOORSTREAM_KEY_AGE,
  retention: {
    age: settings.DOORSTREAM_RETENTION_AGE,
    families: settings.DOORSTREAM_RETENTION_TOPICS,
    bytes: settings.DOORSTREAM_RETENTION_SIZE,
  },
  diskReserve: settings.DOORSTREAM_DISK_RESERVE,
  heartbeat: { interval: settings.DOORSTREAM_PING_INTERVAL, timeout: settings.DOORSTREAM_PING_TIMEOUT },
  ...readLimits(settings),
  ...readOperating(settings),
  ...readTls(settings),
  origins: settings.DOORSTREAM_ORIGINS,
  trustedProxies: settings.DOORSTREAM_TRUSTED_PROXIES,
  ...(demo === undefined ? {} : { demo }),
})

export async function runServer({ settings, logTo, publicUrl, demo, started }: RunOptions): Promise<void> {
  for (const name of findUnknown(process.env))
    remark(`doorstream: ${name} is no setting and changes nothing. --help has all that there are.`)
  const logger = openLogger(settings.DOORSTREAM_LOG, logTo)
  const end = signalled()
  const starting = startServer(serverSettings(settings, publicUrl, demo), logger, { version })
  const server = await starting.catch((error: unknown) => {
    throw inWords(error, settings)
  })
  const stop = await started(server, logger).catch(async (error: unknown) => {
    await server.close()
    throw error
  })
  const signal = await end
  logger.info({ signal }, "draining")
  if (process.stderr.isTTY)
    remark("\nEnding: what is owed to listeners goes out first. Ctrl-C again ends at once.")
  await stop()
  await server.close()
  logger.info({}, "ended")
}
