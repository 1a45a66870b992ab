/** Reports over HTTP: one or an array of them, answered when what was accepted is flushed. */
import { isRefusal, refuse, reportsAtOnce, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import type { ReportOutcome } from "../../core/ports.js"
import { answerRefusal } from "../answer.js"
import { enterSystem } from "../bearer.js"
import { readJson } from "../body.js"
import type { HttpDeps } from "../deps.js"
import { authorOf } from "../member.js"
import { route } from "../route.js"

/** The most bytes of a request with reports: 2 MiB. */
const most = 2 * 1024 * 1024

export function reportRoutes(app: Hono, deps: HttpDeps): void {
  route(app, "/:systemId/cloud-nodes/:cloudNodeId/reports", {
    POST: (c) => answerReports(c, deps, c.req.param("systemId"), c.req.param("cloudNodeId")),
  })
}

async function answerReports(c: Context, deps: HttpDeps, systemId: string, cloudNodeId: string) {
  const token = await enterSystem(c, deps, systemId, "report")
  if (isRefusal(token)) return answerRefusal(c, token)
  const body = await readJson(c.req.raw, most)
  if (isRefusal(body)) return answerRefusal(c, body)
  const reports = readReports(body.value)
  if (isRefusal(reports)) return answerRefusal(c, reports)

  let outcome: ReportOutcome | Refusal
  try {
    const by = authorOf(c, deps, token)
    outcome = await deps.accept(systemId, cloudNodeId, reports.list, by)
  } catch (fault) {
    deps.log(fault, "taking in reports")
    return answerRefusal(c, refuse("storage_fault"))
  }
  if (isRefusal(outcome)) return answerRefusal(c, outcome)
  return isNoReport(reports, outcome)
    ? answerRefusal(c, refuse("report_invalid", "Its id must be text of 1 to 128 characters."))
    : c.json(outcome)
}

interface Reports {
  readonly list: readonly unknown[]
  readonly isBatch: boolean
}

function readReports(value: unknown): Reports | Refusal {
  if (typeof value !== "object" || value === null) return refuse("report_invalid")
  if (!Array.isArray(value)) return { list: [value], isBatch: false }
  if (value.length > reportsAtOnce) return refuse("batch_too_large", `There are ${value.length}.`)
  return { list: value, isBatch: true }
}

/** A single object without an id cannot be named in an answer: it is no report at all. */
const isNoReport = ({ isBatch }: Reports, { refused }: ReportOutcome): boolean =>
  !isBatch && refused[0]?.code === "report_id_invalid"
