/** `doorstream client`: creates, lists, changes and revokes API clients. */
import { columns } from "../columns.js"
import { operate, operateList } from "../operate.js"
import { remark, say, sayList } from "../say.js"

interface ClientOptions {
  readonly name?: string
  readonly system?: readonly string[]
  readonly scope?: readonly string[]
  readonly topic?: readonly string[]
  readonly cloudNode?: readonly string[]
  readonly redacted?: boolean
}

interface Client {
  readonly id: string
  readonly name: string
  readonly systems: readonly string[]
  readonly scopes: readonly string[]
  readonly topics?: readonly string[]
  readonly cloudNodes?: readonly string[]
  readonly redacted?: true
}

const wordsIn = (texts: readonly string[]): string[] => texts.flatMap((words) => words.split(/[\s,]+/))

/** `*` is every one of them, which is no bound at all. */
const boundOf = (words: readonly string[]): readonly string[] | null => (words.includes("*") ? null : words)

/** What is not said is left out. */
const wishOf = ({ name, system, scope, topic, cloudNode, redacted }: ClientOptions): object => ({
  ...(name === undefined ? {} : { name }),
  ...(system === undefined ? {} : { systems: system }),
  ...(scope === undefined ? {} : { scopes: wordsIn(scope) }),
  ...(topic === undefined ? {} : { topics: boundOf(wordsIn(topic)) }),
  ...(cloudNode === undefined ? {} : { cloudNodes: boundOf(cloudNode) }),
  ...(redacted === undefined ? {} : { redacted }),
})

/** What an API client is limited to; a dash where that is nothing. */
function limitsOf({ topics, cloudNodes, redacted }: Client): string {
  const limits = [
    ...(topics === undefined ? [] : [topics.join(",")]),
    ...(cloudNodes === undefined ? [] : [`cloud nodes ${cloudNodes.join(",")}`]),
    ...(redacted === true ? ["redacted"] : []),
  ]
  return limits.join("; ") || "-"
}

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
      ["ID", "NAME", "SCOPES", "SYSTEMS", "LIMITED TO"],
      clients.map((client) => {
        const { id, name, scopes, systems } = client
        return [id, name, scopes.join(","), systems.join(","), limitsOf(client)]
      }),
    ),
  )
}

export async function changeClient(id: string, options: ClientOptions): Promise<void> {
  const client = await operate<Client>("PATCH", pathOf(id), wishOf(options))
  const { name, scopes, systems } = client
  const limits = limitsOf(client)
  say([name, scopes.join(","), systems.join(","), ...(limits === "-" ? [] : [limits])].join("  "))
}

export async function revokeClient(id: string): Promise<void> {
  const { name } = await operate<Client>("DELETE", pathOf(id))
  say(id)
  remark(`${name} is revoked: its tokens are good for nothing any more, and its connections were ended.`)
}
