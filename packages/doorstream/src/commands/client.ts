/** `doorstream client`: creates and lists API clients. */
import { operate } from "../operate.js"
import { remark, say } from "../say.js"

interface CreateOptions {
  readonly name: string
  readonly system: readonly string[]
  readonly scope?: readonly string[]
}

interface Client {
  readonly id: string
  readonly name: string
  readonly systems: readonly string[]
  readonly scopes: readonly string[]
}

export async function createClient({ name, system, scope }: CreateOptions): Promise<void> {
  const { id, secret, scopes } = await operate<Client & { readonly secret: string }>("POST", "/clients", {
    name,
    systems: system,
    ...(scope === undefined ? {} : { scopes: scope.flatMap((words) => words.split(/[\s,]+/)) }),
  })
  say(`id      ${id}`)
  say(`secret  ${secret}`)
  remark(`It may ${scopes.join(", ")}. The secret is kept as a hash only: it cannot be shown again.`)
}

export async function listClients(): Promise<void> {
  const clients = await operate<readonly Client[]>("GET", "/clients")
  for (const { id, name, scopes, systems } of clients)
    say(`${id}  ${name}  ${scopes.join(",")}  ${systems.join(",")}`)
  if (clients.length === 0)
    remark("There is no API client yet. Add one with: doorstream client create --help")
}
