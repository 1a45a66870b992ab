/** `doorstream client`: creates, lists, changes and revokes API clients. */
import { columns } from "../columns.js"
import { operate, operateList } from "../operate.js"
import { remark, say, sayList } from "../say.js"

interface ClientOptions {
  readonly name?: string
  readonly system?: readonly string[]
  readonly scope?: readonly string[]
}

interface Client {
  readonly id: string
  readonly name: string
  readonly systems: readonly string[]
  readonly scopes: readonly string[]
}

const wordsIn = (texts: readonly string[]): string[] => texts.flatMap((words) => words.split(/[\s,]+/))

/** What is not said is left out. */
const wishOf = ({ name, system, scope }: ClientOptions): object => ({
  ...(name === undefined ? {} : { name }),
  ...(system === undefined ? {} : { systems: system }),
  ...(scope === undefined ? {} : { scopes: wordsIn(scope) }),
})

const pathOf = (id: string): string => `/clients/${encodeURIComponent(id)}`

export async function createClient(options: ClientOptions): Promise<void> {
  const made = await operate<Client & { readonly secret: string }>("POST", "/clients", wishOf(options))
  say(`id      ${made.id}`)
  say(`secret  ${made.secret}`)
  remark(`It may ${made.scopes.join(", ")}. The secret is kept as a hash only: it cannot be shown again.`)
}

export async function listClients({ json }: { readonly json?: true }): Promise<void> {
  const clients = await operateList<Client>("/clients")
  sayList(clients, json, () =>
    columns(
      ["ID", "NAME", "SCOPES", "SYSTEMS"],
      clients.map(({ id, name, scopes, systems }) => [id, name, scopes.join(","), systems.join(",")]),
    ),
  )
}

export async function changeClient(id: string, options: ClientOptions): Promise<void> {
  const { name, scopes, systems } = await operate<Client>("PATCH", pathOf(id), wishOf(options))
  say(`${name}  ${scopes.join(",")}  ${systems.join(",")}`)
}

export async function revokeClient(id: string): Promise<void> {
  const { name } = await operate<Client>("DELETE", pathOf(id))
  say(id)
  remark(`${name} is revoked: its tokens are good for nothing any more, and its connections were ended.`)
}
