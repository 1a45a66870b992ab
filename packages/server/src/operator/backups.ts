/** Backups, made by the operator while the server runs. */
import { isRefusal, refuse } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { isAbsolute } from "node:path"
import { answerRefusal, readFields } from "./answer.js"
import { note } from "./change.js"
import type { OperatorDeps } from "./deps.js"

export function backupRoutes(app: Hono, deps: OperatorDeps): void {
  app.post("/backups", (c) => makeBackup(c, deps))
}

/** Answers when the backup is whole. */
async function makeBackup(c: Context, deps: OperatorDeps): Promise<Response> {
  const { backup, log } = deps
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const { to } = body.fields
  if (typeof to !== "string" || !isAbsolute(to) || to.includes("\0"))
    return answerRefusal(c, refuse("request_invalid", "to is an absolute path."))
  try {
    const bytes = await backup(to)
    await note(c, deps, undefined, [{ what: "backup.created", id: to }])
    return c.json({ to, bytes }, 201)
  } catch (fault) {
    // The operator is told the reason, which is nearly always about the place that was named.
    if (!(fault instanceof Error)) throw fault
    if (!("code" in fault && fault.code === "backup_refused")) log(fault, "making a backup")
    return answerRefusal(c, refuse("request_invalid", `No backup was made: ${fault.message}`))
  }
}
