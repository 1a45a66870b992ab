/** Reports over HTTP: one or an array of them, answered when what was accepted is flushed. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { findByWord } from "../../core/naming.js"
import type { ReportOutcome, Verified } from "../../core/ports.js"
import { answerRefusal } from "../answer.js"
import { enterSystem, objectionAfterBody } from "../bearer.js"
import { readJson } from "../body.js"
import type { HttpDeps } from "../deps.js"
import { authorOf } from "../member.js"
import { route, type Told } from "../route.js"

const told: Told = {
  name: "report",
  about: "Reports",
  summary: "Report what happened at the doors of a cloud node",
  more: "One report, or up to 1,000 of them unless the operator says otherwise. Each is judged by itself: the answer is 200 where some are refused, or all of a batch. Those that are accepted are on disk by then; one that is sent again with its id is not kept twice.",
  token: "system",
  scope: "report",
  body: { as: "json", schema: "Reports" },
  answers: { status: 200, what: "What became of each report.", schema: "ReportOutcome" },
  refused: ["report_invalid", "batch_too_large", "cloud_node_unknown", "storage_fault", "storage_full"],
}

export function reportRoutes(app: Hono, deps: HttpDeps): void {
  route(
    app,
    "/:systemId/cloud-nodes/:cloudNodeId/reports",
    { POST: (c) => answerReports(c, deps, c.req.param("systemId"), c.req.param("cloudNodeId")) },
    { POST: told },
  )
}

async function answerReports(c: Context, deps: HttpDeps, systemId: string, cloudNodeId: string) {
  const token = await enterSystem(c, deps, systemId, "report")
  if (isRefusal(token)) return answerRefusal(c, token)
  const body = await readJson(c.req.raw, deps.most.bodySize)
  if (isRefusal(body)) {
    if (body.code === "body_too_large") deps.tooMuch("bodySize")
    return answerRefusal(c, body)
  }
  const reports = readReports(body.value, deps.most.reportsPerRequest)
  if (isRefusal(reports)) {
    if (reports.code === "batch_too_large") deps.tooMuch("reportsPerRequest")
    return answerRefusal(c, reports)
  }
  const objection = await objectionAfterBody(c, deps, systemId, "report")
  if (objection !== undefined) return answerRefusal(c, objection)
  const node = nodeMeant(deps, token, cloudNodeId)
  if (isRefusal(node)) return answerRefusal(c, node)

  let outcome: ReportOutcome | Refusal
  try {
    const by = authorOf(c, deps, token)
    outcome = await deps.accept(systemId, node.word, reports.list, by)
  } catch (fault) {
    deps.log(fault, "taking in reports")
    return answerRefusal(c, refuse("storage_fault"))
  }
  if (isRefusal(outcome)) return answerRefusal(c, outcome)
  return isNoReport(reports, outcome)
    ? answerRefusal(c, refuse("report_invalid", "Its id must be text of 1 to 128 characters."))
    : c.json(outcome)
}

/**
 * For whoever may report for all, intake says what becomes of a cloud node that is gone. For whoever may not, it is the id
 * that counts: the name of one that may be seen may be another's id.
 */
function nodeMeant(deps: HttpDeps, token: Verified, word: string): { readonly word: string } | Refusal {
  if (token.grant.cloudNodes === null) return { word }
  const found = findByWord(deps.seenBy(token).registry, "cloudNode", token.systemId, word)
  return found === undefined ? refuse("cloud_node_unknown") : { word: found.id }
}

interface Reports {
  readonly list: readonly unknown[]
  readonly isBatch: boolean
}

function readReports(value: unknown, most: number): Reports | Refusal {
  if (typeof value !== "object" || value === null) return refuse("report_invalid")
  if (!Array.isArray(value)) return { list: [value], isBatch: false }
  if (value.length > most) return refuse("batch_too_large", `There are ${value.length}, and may be ${most}.`)
  return { list: value, isBatch: true }
}

/** A single object without an id cannot be named in an answer: it is no report at all. */
const isNoReport = ({ isBatch }: Reports, { refused }: ReportOutcome): boolean =>
  !isBatch && refused[0]?.code === "report_id_invalid"
