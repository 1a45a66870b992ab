/** A system as one file, read and applied by the operator. */
import { isRefusal, refuse, type Fault } from "@doorstream/contract"
import { readBuilding } from "@doorstream/contract/validate"
import type { Context, Hono } from "hono"
import { exportBuilding } from "../core/building-export.js"
import { planBuilding } from "../core/building-plan.js"
import { answerRefusal, readFields } from "./answer.js"
import { authorOf } from "./author.js"
import type { OperatorDeps } from "./deps.js"
import { findSystem } from "./systems.js"

export function buildingRoutes(app: Hono, deps: OperatorDeps): void {
  const { registry } = deps
  const ifThere = (c: Context, systemId: string, answer: () => Response | Promise<Response>) => {
    const system = findSystem(deps, systemId)
    return isRefusal(system) ? answerRefusal(c, system) : answer()
  }
  app.get("/systems/:systemId/building", (c) => {
    const systemId = c.req.param("systemId")
    return ifThere(c, systemId, () => c.json(exportBuilding(registry, systemId)))
  })
  app.post("/systems/:systemId/building", (c) => {
    const systemId = c.req.param("systemId")
    return ifThere(c, systemId, () => applyBuilding(c, deps, systemId))
  })
}

/** Says every fault by the keys that lead to it: whoever has the file's text knows the lines. */
const answerFaults = (c: Context, faults: readonly Fault[]): Response =>
  c.json({ ...refuse("building_invalid"), faults }, 422)

/**
 * Brings a system to what a file says, in one write, or tells what that would do. The body is
 * `{building, dryRun?, mayRemove?}`, the answer `{steps}`.
 */
async function applyBuilding(c: Context, deps: OperatorDeps, systemId: string): Promise<Response> {
  const { registry, changeSystem, freshId, now } = deps
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const { building, dryRun, mayRemove } = body.fields
  const read = readBuilding(building)
  if ("faults" in read) return answerFaults(c, read.faults)

  const created = new Date(now()).toISOString()
  const plan = () => planBuilding(read.building, { registry, system: systemId, freshId, created })
  if (dryRun === true) {
    const planned = plan()
    return "faults" in planned ? answerFaults(c, planned.faults) : c.json({ steps: planned.steps })
  }
  // Planned in its turn, so that nobody changes the system between the plan and the write.
  let faults: readonly Fault[] = []
  const applied = await changeSystem(systemId, authorOf(c), () => {
    const planned = plan()
    if ("faults" in planned) {
      faults = planned.faults
      return refuse("building_invalid")
    }
    const { changes, steps } = planned
    const removed = steps.filter(({ does }) => does === "remove").length
    if (removed > 0 && mayRemove !== true)
      return refuse("removal_unconfirmed", `It would remove ${removed} of them.`)
    return { changes, answer: { steps } }
  })
  if (!isRefusal(applied)) return c.json(applied)
  return faults.length > 0 ? answerFaults(c, faults) : answerRefusal(c, applied)
}
