/** Answers the operator on the folder's own socket, and whoever scrapes metrics, beside what the world sees. */
import { randomUUID } from "node:crypto"
import { makeBackup } from "./backup.js"
import type { Milliseconds, Registry } from "./core/ports.js"
import type { Folder } from "./log/embedded/folder.js"
import { listenForMetrics } from "./metrics/listen.js"
import type { Metrics } from "./metrics/metrics.js"
import { operatorApp } from "./operator/app.js"
import { listenForOperator } from "./operator/socket.js"
import type { Logger, ServerSettings } from "./settings.js"
import type { Tokens } from "./tokens/room.js"
import { newSecret } from "./tokens/secrets.js"

interface Operated {
  readonly settings: ServerSettings
  readonly folder: Folder
  readonly registry: Registry
  readonly tokens: Tokens
  readonly metrics: Metrics
  readonly version: string
  readonly now: () => Milliseconds
  readonly logger: Logger
  readonly fault: (fault: unknown, what: string) => void
  /** What is closed at the end. */
  readonly ending: (() => unknown)[]
}

export async function serveOperator(operated: Operated): Promise<void> {
  const { settings, folder, registry, tokens, metrics, version, now, logger, fault, ending } = operated
  ending.push(() => metrics.settle())
  const socket = await listenForOperator(settings.dataFolder)
  ending.push(() => socket.close())
  socket.serve(
    operatorApp({
      registry,
      now,
      freshId: randomUUID,
      newSecret,
      rotateKeys: tokens.rotateKeys,
      backup: (to) => makeBackup(folder, settings.dataFolder, to),
      metrics: metrics.text,
      process: { version, pid: process.pid, started: now() },
      log: fault,
    }),
  )
  if (settings.metricsPort === undefined) return
  const scraped = await listenForMetrics(metrics, settings.metricsPort, (error) => fault(error, "metrics"))
  ending.push(() => scraped.close())
  logger.info({ port: scraped.port }, "metrics")
}
