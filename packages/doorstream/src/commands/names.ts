/** `doorstream listener`: listeners with a name, whether they are connected or away. */
import { columns, timeInWords } from "../columns.js"
import { operate, operateList } from "../operate.js"
import { remark, sayList } from "../say.js"

interface NamedListener {
  readonly system: string
  readonly client: string
  readonly name: string
  readonly topics: number
  readonly position: number
  readonly seen: string
  readonly connected: boolean
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
      ["NAME", "CLIENT", "SYSTEM", "TOPICS", "HEARD UP TO", "SEEN"],
      all.map((each) => [
        each.name,
        each.client,
        each.system,
        each.topics,
        each.position,
        each.connected ? "now" : timeInWords(each.seen),
      ]),
    ),
  )
}

export async function forgetName(
  name: string,
  { system, client }: { readonly system: string; readonly client: string },
): Promise<void> {
  const [inSystem, ofClient, called] = [system, client, name].map(encodeURIComponent)
  await operate("DELETE", `/systems/${inSystem}/named-listeners/${ofClient}/${called}`)
  remark("Forgotten. When it comes again, it hears what is new from then on.")
}
