/** `doorstream inspect`: where an event is in the log, who has heard it, and who has not and why. */
import { columns, plain, timeInWords } from "../columns.js"
import { ask, operateList, withQuery } from "../operate.js"
import { openProgress } from "../progress.js"
import { Plight, say } from "../say.js"

interface Inspected {
  readonly system: string
  readonly cursor: string
  readonly position: number
  readonly topic: string
  readonly event: object | null
  readonly received: string
  readonly reportId: string | null
  readonly cloudNode: { readonly name: string | null; readonly serialNumber: string | null } | null
  readonly beside: { readonly position: number; readonly topic: string; readonly event: object | null } | null
  readonly log: { readonly first: number; readonly last: number }
  readonly isLive: boolean
  readonly listeners: readonly Listener[]
}

interface Listener {
  readonly is: "connected" | "away" | "gone"
  readonly connection: number | null
  readonly client: string
  readonly name: string | null
  readonly address: string | null
  readonly transport: string | null
  readonly since: string | null
  readonly ended: string | null
  readonly heard: boolean | null
  readonly why: string
}

interface InspectOptions {
  readonly system?: string
  readonly json?: true
}

/** What a request answers that has looked at a part of the log. */
interface Searching {
  readonly from: number
  readonly to: number
  readonly next: number
}

interface Refused {
  readonly code?: string
  readonly message?: string
}

/** The log is looked through by one request after the other; undefined where this one says that it is of another log. */
async function inspectIn(system: string, word: string): Promise<Inspected | Refused> {
  const path = `/systems/${encodeURIComponent(system)}/inspect/${encodeURIComponent(word)}`
  const progress = openProgress("Looking through the log")
  try {
    for (let before: number | undefined; ;) {
      const { status, body } = await ask("GET", withQuery(path, { before }))
      if (status !== 202) return body as Inspected | Refused
      const { next } = body as Searching
      progress.show(`back to position ${next.toLocaleString("en")}`)
      before = next
    }
  } finally {
    progress.end()
  }
}

/** These say that it may be in another system. */
const elsewhere: ReadonlySet<string> = new Set(["cursor_of_another_log", "event_unknown"])

const isFound = (answer: Inspected | Refused): answer is Inspected => "listeners" in answer

async function inspect(word: string, system: string | undefined): Promise<Inspected> {
  const all = await operateList<{ readonly id: string }>("/systems")
  const systems = system === undefined ? all.map(({ id }) => id) : [system]
  let last: Refused = { message: "There is no system yet." }
  for (const each of systems) {
    const answer = await inspectIn(each, word)
    if (isFound(answer)) return answer
    last = answer
    if (!elsewhere.has(answer.code ?? "")) break
  }
  throw new Plight([last.code, last.message].filter((part) => part !== undefined).join(": "))
}

const heardInWords = (heard: boolean | null): string => (heard === null ? "?" : heard ? "yes" : "no")

const whoIs = ({ name, connection, client }: Listener): string =>
  name ?? (connection === null ? client : `${client} #${connection}`)

const whenOf = ({ is, since, ended }: Listener): string =>
  is === "connected" && since !== null
    ? `since ${timeInWords(since)}`
    : `until ${ended === null ? "?" : timeInWords(ended)}`

function linesOf(found: Inspected): string[] {
  const { position, system, topic, event, received, reportId, cloudNode, beside, cursor, log } = found
  const node = cloudNode && `${cloudNode.name ?? "an unknown one"} (${cloudNode.serialNumber ?? "?"})`
  const facts: readonly (readonly [string, string | null])[] = [
    ["position", `${position} of ${log.first} to ${log.last}, in the log of system ${system}`],
    ["cursor", cursor],
    ["received", timeInWords(received)],
    ["topic", topic],
    ["event", event === null ? "kept no longer, because of its topic" : JSON.stringify(event)],
    ["report", reportId],
    ["cloud node", node],
    ["beside it", beside && `position ${beside.position}, ${beside.topic}: ${JSON.stringify(beside.event)}`],
  ]
  return facts.flatMap(([name, fact]) => (fact === null ? [] : [`${name.padEnd(12)}${plain(fact)}`]))
}

function listenersOf({ listeners, isLive }: Inspected): string[] {
  const unknown = isLive ? [] : ["No server runs on this data folder: who was connected, nobody knows."]
  if (listeners.length === 0) return isLive ? ["Nobody listens, or has listened lately."] : unknown
  const rows = listeners.map((each) => [
    whoIs(each),
    each.client,
    each.address,
    each.is,
    whenOf(each),
    heardInWords(each.heard),
    each.why,
  ])
  return [...columns(["LISTENER", "CLIENT", "ADDRESS", "IS", "", "HEARD", "WHY"], rows), ...unknown]
}

export async function inspectWord(word: string, { system, json }: InspectOptions): Promise<void> {
  if (word.trim() === "") throw new Plight("There is nothing to look for: name a cursor or an id.")
  const found = await inspect(word, system)
  if (json) return say(JSON.stringify(found))
  for (const line of [...linesOf(found), "", ...listenersOf(found)]) say(line)
}
