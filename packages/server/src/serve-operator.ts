/** Answers the operator on the folder's own socket and on a port, and whoever scrapes metrics, beside what the world sees. */
import { randomUUID } from "node:crypto"
import { isRefusal, refuse } from "@doorstream/contract"
import { makeBackup } from "./backup.js"
import type { Meter } from "./core/meter.js"
import type { ReplayReport } from "./core/letters.js"
import { house, type AcceptReports, type ChangeSystem, type Milliseconds } from "./core/ports.js"
import type { RevokeToken } from "./core/revoked.js"
import { openIntake } from "./intake/accept.js"
import type { Kept } from "./keeping.js"
import type { Folder } from "./log/embedded/folder.js"
import { listenForMetrics } from "./metrics/listen.js"
import type { Metrics } from "./metrics/metrics.js"
import { openOperatorPort } from "./operator-port.js"
import { operatorApp } from "./operator/app.js"
import type { LiveServer, OperatorDeps } from "./operator/deps.js"
import { listenForOperator } from "./operator/socket.js"
import type { Link } from "./link/link.js"
import type { MustHear } from "./reading/must-hear.js"
import type { Gateway } from "./reading/socketio/gateway.js"
import type { Logger, ServerSettings } from "./settings.js"
import type { Tokens } from "./tokens/room.js"
import { newSecret } from "./tokens/secrets.js"

interface Operated extends Pick<
  Kept,
  "registry" | "kept" | "audit" | "letters" | "names" | "required" | "log" | "spend" | "sweep"
> {
  readonly settings: ServerSettings
  readonly folder: Folder
  readonly tokens: Tokens
  readonly gateway: Gateway
  readonly ended: LiveServer["ended"]
  readonly change: ChangeSystem
  readonly mustHear: MustHear
  readonly revokeToken: RevokeToken
  readonly link: Link
  readonly meter: Meter
  readonly metrics: Metrics
  readonly version: string | undefined
  readonly now: () => Milliseconds
  readonly logger: Logger
  readonly fault: (fault: unknown, what: string) => void
  /** What is closed at the end. */
  readonly ending: (() => unknown)[]
}

const replayThrough =
  (accept: AcceptReports): ReplayReport =>
  async (system, { cloudNode, report, by, without }) => {
    if (without !== undefined) return refuse("dead_letter_empty")
    const outcome = await accept(system, cloudNode, [report], by ?? undefined)
    if (isRefusal(outcome)) return outcome
    const [refused] = outcome.refused
    return refused && { code: refused.code, message: refused.message }
  }

function liveOf({
  gateway,
  ended,
  mustHear,
  link,
  registry,
  log,
  spend,
  meter,
  now,
  sweep,
  fault,
}: Operated): LiveServer {
  // What it refuses leaves no new dead letter: there is one already.
  // Its clock was heard when it came first.
  const hearClock = (): undefined => undefined
  const acceptAgain = openIntake({ registry, log, spend, meter, now, hearClock, freshId: randomUUID })
  return {
    connected: gateway,
    ended,
    silenceOf: mustHear.silenceOf,
    endRevoked: () => {
      gateway.endRevoked()
      gateway.review()
      link.endUnregistered()
    },
    links: link.standings,
    replay: replayThrough(acceptAgain),
    sweep: () => void sweep().catch((error: unknown) => fault(error, "retention")),
  }
}

const depsOf = (operated: Operated): OperatorDeps => {
  const { settings, folder, kept, audit, letters, names, required, tokens, version, now, fault } = operated
  return {
    registry: kept,
    audit,
    letters,
    names,
    past: operated.log,
    required,
    revokeToken: operated.revokeToken,
    knowsClient: (id) => operated.registry.find("client", house, id) !== undefined,
    changeSystem: operated.change,
    now,
    freshId: randomUUID,
    newSecret,
    rotateKeys: tokens.rotateKeys,
    backup: (to) => makeBackup(folder, settings.dataFolder, to),
    process: { version: version ?? "unknown", pid: process.pid, started: now() },
    live: liveOf(operated),
    log: fault,
  }
}

export async function serveOperator(operated: Operated): Promise<void> {
  const { settings, registry, tokens, metrics, now, logger, fault, ending } = operated
  ending.push(() => metrics.settle())
  const socket = await listenForOperator(settings.dataFolder)
  ending.push(() => socket.close())
  const deps = depsOf(operated)
  socket.serve(operatorApp({ ...deps, metrics: metrics.text }))
  if (settings.operatorPort !== undefined) {
    const guarded = { app: operatorApp(deps), registry, tokens, now, fault }
    const operator = await openOperatorPort(settings.operatorPort, guarded)
    ending.push(() => operator.close())
    logger.info({ port: operator.port }, "operator")
  }
  if (settings.metricsPort === undefined) return
  const scraped = await listenForMetrics(metrics, settings.metricsPort, (error) => fault(error, "metrics"))
  ending.push(() => scraped.close())
  logger.info({ port: scraped.port }, "metrics")
}
