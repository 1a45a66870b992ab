/** Whose a listener's name is, where the command line does not say it all: an API client has its names for itself. */
import { operateList } from "./operate.js"
import { Plight, remark } from "./say.js"

/** What the command line says. */
export interface Told {
  readonly system?: string
  readonly client?: string
}

interface Whose {
  readonly system: string
  readonly client: string
}

interface Client {
  readonly id: string
  readonly systems: readonly string[]
  readonly scopes: readonly string[]
}

/** The owners that a listener which has not come yet may have. */
async function possible({ system, client }: Told): Promise<readonly Whose[]> {
  const clients = await operateList<Client>("/clients")
  return clients
    .filter(({ id, scopes }) => scopes.includes("listen") && (client ?? id) === id)
    .flatMap(({ id, systems }) =>
      systems.filter((each) => (system ?? each) === each).map((each) => ({ system: each, client: id })),
    )
}

async function whoseIs(name: string, told: Told, mayCome: boolean): Promise<Whose> {
  const { system, client } = told
  if (system !== undefined && client !== undefined) return { system, client }
  const all = await operateList<Whose & { readonly name: string }>("/named-listeners", { system, client })
  const named = all.filter((each) => each.name === name)
  const candidates = named.length > 0 || !mayCome ? named : await possible(told)
  const [only, ...others] = candidates
  if (only === undefined)
    throw new Plight(
      `No listener is called ${name}. See them by: doorstream listener list` +
        (mayCome ? "\nOf one that has not come yet, say --system and --client." : ""),
    )
  if (others.length > 0)
    throw new Plight(
      `Whose listener is ${name}? Say it by --system and --client, one of:\n${candidates
        .map((each) => `  --system ${each.system} --client ${each.client}`)
        .join("\n")}`,
    )
  remark(`It is ${name} of the API client ${only.client} in the system ${only.system}.`)
  return only
}

/**
 * The path of a listener in the operator API; looks for whose it is where that was not told and there is only one.
 *
 * @param mayCome it need not have come yet
 * @throws Plight where there is none, or more than one
 */
export async function pathOf(name: string, told: Told, mayCome = false): Promise<string> {
  const { system, client } = await whoseIs(name, told, mayCome)
  const [inSystem, ofClient, called] = [system, client, name].map(encodeURIComponent)
  return `/systems/${inSystem}/named-listeners/${ofClient}/${called}`
}
