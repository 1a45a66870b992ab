/** `doorstream listener`: listeners with a name, whether they are connected or away. */
import { columns, timeInWords } from "../columns.js"
import { operate, operateList } from "../operate.js"
import { remark, sayList } from "../say.js"

interface NamedListener {
  readonly system: string
  readonly client: string
  readonly name: string
  readonly topics: number
  readonly position: number | null
  readonly seen: string | null
  readonly connected: boolean
  readonly required: { readonly within: number } | null
  readonly silent: { readonly reason: string; readonly since: string } | null
}

interface ListOptions {
  readonly system?: string
  readonly client?: string
  readonly json?: true
}

export async function listNames({ system, client, json }: ListOptions): Promise<void> {
  const all = await operateList<NamedListener>("/named-listeners", { system, client })
  sayList(all, json, () =>
    columns(
      ["NAME", "CLIENT", "SYSTEM", "TOPICS", "HEARD UP TO", "SEEN", "MUST HEAR"],
      all.map((each) => [
        each.name,
        each.client,
        each.system,
        each.topics,
        each.position ?? "-",
        each.connected ? "now" : each.seen === null ? "never" : timeInWords(each.seen),
        mustHear(each),
      ]),
    ),
  )
}

const mustHear = ({ required, silent }: NamedListener): string => {
  if (required === null) return ""
  const within = `within ${required.within / 1000}s`
  return silent === null ? within : `${within}, ${silent.reason} since ${timeInWords(silent.since)}`
}

interface Whose {
  readonly system: string
  readonly client: string
}

function pathOf(name: string, { system, client }: Whose): string {
  const [inSystem, ofClient, called] = [system, client, name].map(encodeURIComponent)
  return `/systems/${inSystem}/named-listeners/${ofClient}/${called}`
}

export async function forgetName(name: string, whose: Whose): Promise<void> {
  await operate("DELETE", pathOf(name, whose))
  remark("Forgotten. When it comes again, it hears what is new from then on.")
}

export async function requireName(name: string, whose: Whose & { readonly within: number }): Promise<void> {
  await operate("PUT", `${pathOf(name, whose)}/required`, { within: whose.within })
  remark("It must hear from now on. Subscribe to stream.listener.silent to be told when it does not.")
}

export async function unrequireName(name: string, whose: Whose): Promise<void> {
  await operate("DELETE", `${pathOf(name, whose)}/required`)
  remark("It need not hear any more.")
}
