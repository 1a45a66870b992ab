/**
 * Lets a technician come by with a spare cloud node every so often, so that all that is told of cloud nodes happens from
 * its own cause also where nobody works at the building. It must not know the building.
 */
import { randomUUID } from "node:crypto"
import { LinkFault, openApiSession, refusedFault, type ApiClientOptions, type Ask } from "../api-session.js"
import { asText, isObject } from "../json.js"
import { createInsist, type Insist } from "../rest/insist.js"
import { Panels } from "../rest/panels.js"
import { nodePath } from "../rest/registry.js"
import { wait } from "../wait.js"
import { SimulationRefused } from "./simulation.js"
import { lendSpareNode } from "./spare-node.js"

export interface VisitsOptions extends ApiClientOptions {
  /** Ends the visits when it aborts. */
  readonly signal: AbortSignal
  /** Called once for each distinct trouble, not per try, and with `recovered` when it is over. */
  readonly onTrouble?: (message: string) => void
  /** From the end of a visit to the beginning of the next, in milliseconds; 40 seconds unless told. */
  readonly every?: number
}

const visitorOf = (systemId: string) => ({
  name: "Visiting Cloud Node",
  serialNumber: `VISIT-${systemId.slice(0, 8)}`,
  externalId: "doorstream-visitor",
})

/** How long what a visit has left is tidied up at the end, in milliseconds. */
const grace = 1_000

interface Visit {
  readonly insist: Insist
  readonly options: VisitsOptions
}

/**
 * At each visit a cloud node is created, its panel registered, linked, synced, unregistered, and the cloud node deleted.
 * What a visit of a former run has left is removed first. Resolves about a second after the signal has aborted; rejects
 * with SimulationRefused where the API client may not do that.
 */
export async function runVisits(options: VisitsOptions): Promise<void> {
  const { signal, onTrouble = () => {}, systemId, every = 40_000 } = options
  const giveUp = new AbortController()
  const ask = openApiSession(options, Date.now, giveUp.signal)
  const visit = { insist: createInsist({ ask, signal, onTrouble }), options }
  try {
    while (!signal.aborted) {
      await pay(visit)
      await wait(every, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    const timer = setTimeout(() => giveUp.abort(), grace)
    await tidyUp(ask, systemId)
    clearTimeout(timer)
  }
}

async function pay({ insist, options }: Visit): Promise<void> {
  const { systemId, url, signal } = options
  const visitor = visitorOf(systemId)
  const path = nodePath(systemId, visitor.externalId)
  await insist("DELETE", path)
  const id = await make(insist, `/${encodeURIComponent(systemId)}/cloud-nodes`, visitor)
  const connection = { name: "Visiting Controller", type: "ethernet" }
  const connectionId = await make(insist, `${path}/connections`, connection)
  const panels = new Panels(insist, systemId)
  const node = { id, name: visitor.name }
  const panel = await panels.register(node, true)
  await lendSpareNode({ url, panel, connectionId, run: randomUUID(), signal })
  await untilSynced(insist, path, signal)
  await panels.unregister(id)
  await insist("DELETE", path)
}

/** Makes an object; its id. Where it is there already, an earlier try has made it, whose answer was lost. */
async function make(insist: Insist, path: string, object: object & { externalId?: string }): Promise<string> {
  const answer = await insist("POST", path, object)
  const made =
    answer.isUnsure && answer.status === 409 ? await insist("GET", `${path}/${object.externalId}`) : answer
  if (made.status < 300 && isObject(made.body)) return asText(made.body.id)
  throw new SimulationRefused(refusedFault(`POST ${path} is refused`, made).message)
}

const lookEvery = 250
const looks = 20

/** The server has what was said over the link, but hears REST beside it. */
async function untilSynced(insist: Insist, path: string, signal: AbortSignal): Promise<void> {
  for (let look = 0; look < looks && !signal.aborted; look++) {
    const { body } = await insist("GET", path)
    const status = isObject(body) && isObject(body.syncStatus) ? body.syncStatus : {}
    if (status.synced === true) return
    await wait(lookEvery, signal)
  }
}

async function tidyUp(ask: Ask, systemId: string): Promise<void> {
  try {
    await ask("DELETE", nodePath(systemId, visitorOf(systemId).externalId))
  } catch (fault) {
    // The next run finds it by its name.
    if (!(fault instanceof LinkFault)) throw fault
  }
}
