/**
 * Writes a generated building into a system over REST, as often as one likes: what is there already is left, or put to
 * what it should be; what is new is added, what is too much goes. It must not know what the building is for.
 */
import { isDeepStrictEqual } from "node:util"
import { openApiSession, refusedFault, type Answer, type ApiClientOptions } from "../api-session.js"
import type { GeneratedBuilding } from "../building/generate/generate.js"
import { asText, isObject, type JsonObject } from "../json.js"
import { createInsist, type Insist } from "../rest/insist.js"
import { SimulationRefused } from "../simulation/simulation.js"
import { draftsOf, markOf, type Draft, type IdOf } from "./drafts.js"
import { askInTurn, eachOf } from "./in-turn.js"
import { underIds } from "./under-ids.js"
import { readWritten, type WrittenBefore } from "./written-before.js"

/** So many requests are under way at a time. */
const atOnce = 8

export interface WritingProgress {
  /** Objects that are as they should be by now. */
  readonly done: number
  readonly all: number
}

export interface WritingOptions extends ApiClientOptions {
  /** Names the building in the system. */
  readonly seed: number
  /** Goes on although a cloud node of it has a link: the building runs somewhere. Else that is refused. */
  readonly takeOver?: boolean
  /** Ends the work when it aborts: what is written stays, and can be gone on with. */
  readonly signal: AbortSignal
  /** Called once for each distinct trouble, not per try, and with `recovered` when it is over. */
  readonly onTrouble?: (message: string) => void
  readonly onProgress?: (progress: WritingProgress) => void
}

export interface WrittenBuilding {
  /** With the ids that the server has given. */
  readonly building: GeneratedBuilding
  readonly added: number
  readonly changed: number
  readonly removed: number
}

const listsInOrder = [
  "/rules",
  "/devices",
  "/connections",
  "/cloud-nodes",
  "/credentials",
  "/holders",
  "/groups",
]

interface Work {
  /** Asks for a path below the system. */
  readonly insist: Insist
  readonly before: ReadonlyMap<string, WrittenBefore>
  /** The server's ids by those of the generated building. */
  readonly ids: Map<string, string>
  readonly idOf: IdOf
  readonly counts: { added: number; changed: number; removed: number }
}

const keyOf = (path: string, externalId: string): string => `${path} ${externalId}`

/** A connection is shown with its name, and what is on a card may be a number or text. */
const comparable = (key: string, value: unknown): unknown => {
  if (key === "connection" && isObject(value)) return value.id
  return key === "facilityCode" || key === "cardNumber" ? asText(value) : value
}

const isAsItShould = (shown: JsonObject, fields: JsonObject): boolean =>
  Object.entries(fields).every(([key, value]) =>
    isDeepStrictEqual(comparable(key, shown[key]), comparable(key, value)),
  )

const refusal = (what: string, answer: Answer): SimulationRefused =>
  new SimulationRefused(refusedFault(what, answer).message)

/** Adds it. Where a try before was carried out and its answer got lost, it is there already. */
async function add(
  { insist, counts }: Work,
  path: string,
  draft: Draft,
  fields: JsonObject,
): Promise<string> {
  const answer = await insist("POST", path, { ...fields, externalId: draft.externalId })
  const isThere = answer.status === 409 && isObject(answer.body) && answer.body.code === "external_id_taken"
  const found = isThere ? await insist("GET", `${path}/${encodeURIComponent(draft.externalId)}`) : answer
  if (found.status >= 300 || !isObject(found.body) || typeof found.body.id !== "string")
    throw refusal(`${draft.externalId} cannot be written`, isThere ? answer : found)
  counts.added += 1
  return found.body.id
}

async function bring(work: Work, draft: Draft): Promise<void> {
  const { insist, before, ids, idOf, counts } = work
  const [path, fields] = [draft.path(idOf), draft.fields(idOf)]
  const there = before.get(keyOf(path, draft.externalId))
  if (there === undefined) return void ids.set(draft.id, await add(work, path, draft, fields))
  ids.set(draft.id, there.id)
  if (isAsItShould(there.shown, fields)) return
  const body = { ...fields, externalId: draft.externalId }
  const answer = await insist("PUT", `${path}/${encodeURIComponent(there.id)}`, body)
  if (answer.status >= 300) throw refusal(`${draft.externalId} cannot be changed`, answer)
  counts.changed += 1
}

/** Whatever went with something else is gone as well. */
async function remove({ insist, counts }: Work, { path, id, externalId }: WrittenBefore): Promise<void> {
  const answer = await insist("DELETE", `${path}/${encodeURIComponent(id)}`)
  if (answer.status >= 300 && answer.status !== 404) throw refusal(`${externalId} cannot be removed`, answer)
  counts.removed += 1
}

function refuseRunning(found: readonly WrittenBefore[], { seed }: WritingOptions): void {
  const linked = found.find(
    ({ shown: { connectionStatus: status } }) => isObject(status) && status.connected === true,
  )
  if (linked !== undefined)
    throw new SimulationRefused(
      `The building of seed ${seed} runs already: its cloud node ${asText(linked.shown.name)} has a link. End that run, or ask to take it over (takeOver).`,
    )
}

async function begin(options: WritingOptions): Promise<Work> {
  const { signal, systemId, seed } = options
  const system = `/${encodeURIComponent(systemId)}`
  // What is under way when the signal aborts is still waited for: it is as good as written.
  const session = openApiSession(options, Date.now, new AbortController().signal)
  const ask = askInTurn((method, path, body) => session(method, system + path, body), signal)
  const insist = createInsist({ ask, signal, onTrouble: options.onTrouble ?? (() => {}) })
  const found = await readWritten(insist, markOf(seed), atOnce)
  if (options.takeOver !== true) refuseRunning(found, options)
  const ids = new Map<string, string>()
  return {
    insist,
    before: new Map(found.map((one) => [keyOf(one.path, one.externalId), one])),
    ids,
    idOf: (generated) => {
      const id = ids.get(generated)
      if (id === undefined) throw new Error(`${generated} is not written yet.`)
      return id
    },
    counts: { added: 0, changed: 0, removed: 0 },
  }
}

/** What the server has of the building that it should not have. */
function surplusOf({ before, idOf }: Work, drafts: readonly (readonly Draft[])[]): WrittenBefore[] {
  const meant = new Set(drafts.flat().map(({ path, externalId }) => keyOf(path(idOf), externalId)))
  return [...before].flatMap(([key, one]) => (meant.has(key) ? [] : [one]))
}

/** Rules before the doors that they name, people before their groups; what goes with a cloud node or a holder is not asked for. */
async function removeAll(work: Work, some: readonly WrittenBefore[], tell: () => void): Promise<void> {
  const going = new Set(some.map(({ id }) => encodeURIComponent(id)))
  const byItself = some.filter(({ path }) => !going.has(path.split("/")[2] ?? ""))
  for (const list of listsInOrder) {
    const meant = byItself.filter(({ path }) => path.endsWith(list))
    await eachOf(meant, atOnce, (one) => remove(work, one).then(tell))
  }
}

/**
 * Writes a building, made by `generateBuilding` with the same seed, into a system; the API client needs the scope
 * `manage`. Cards get facility codes of their own by the seed, and rules of more than 1,000 doors become several. What
 * passes is waited out. Rejects with SimulationRefused where the server refuses, and, before anything is changed, where
 * the building runs somewhere; with the signal's reason when it aborts: running it again goes on where it ended.
 */
export async function writeBuilding(
  generated: GeneratedBuilding,
  options: WritingOptions,
): Promise<WrittenBuilding> {
  const work = await begin(options)
  const drafts = draftsOf(generated, options.seed, options.systemId)
  const all = drafts.reduce((sum, step) => sum + step.length, 0)
  let done = 0
  const tell = (): void => options.onProgress?.({ done: (done += 1), all })
  for (const step of drafts) await eachOf(step, atOnce, (draft) => bring(work, draft).then(tell))
  await removeAll(work, surplusOf(work, drafts), () => {})
  return { building: underIds(generated, work.ids, options.systemId), ...work.counts }
}

/** Removes what was written for a seed, and gives how much that was. */
export async function removeBuilding(options: WritingOptions): Promise<number> {
  const work = await begin(options)
  const some = [...work.before.values()]
  let done = 0
  await removeAll(work, some, () => options.onProgress?.({ done: (done += 1), all: some.length }))
  return some.length
}
