/** `doorstream listener`: listeners with a name, whether they are connected or away. */
import { columns, timeInWords } from "../columns.js"
import { operate, operateList } from "../operate.js"
import { remark, sayList } from "../say.js"
import { pathOf, type Told } from "../whose-name.js"

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

export async function forgetName(name: string, told: Told): Promise<void> {
  await operate("DELETE", await pathOf(name, told))
  remark("Forgotten. When it comes again, it hears what is new from then on.")
}

export async function requireName(name: string, told: Told & { readonly within: number }): Promise<void> {
  await operate("PUT", `${await pathOf(name, told, true)}/required`, { within: told.within })
  remark("It must hear from now on. Subscribe to stream.listener.silent to be told when it does not.")
}

export async function unrequireName(name: string, told: Told): Promise<void> {
  await operate("DELETE", `${await pathOf(name, told)}/required`)
  remark("It need not hear any more.")
}
