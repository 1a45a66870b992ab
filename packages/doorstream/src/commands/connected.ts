/** `doorstream connections`, `listeners` and `links`: who is connected, and where every listener reads. */
import { columns, timeInWords } from "../columns.js"
import { operateList } from "../operate.js"
import { sayList } from "../say.js"

interface ConnectedOptions {
  readonly system?: string
  readonly client?: string
  readonly json?: true
}

interface Connection {
  readonly number: number
  readonly address: string
  readonly client: string | null
  readonly system: string | null
  readonly protocol: number | null
  readonly transport: string
  readonly since: string
  readonly sent: number
}

interface Listener {
  readonly connection: number
  readonly client: string
  /** Where it has one. */
  readonly name?: string
  readonly system: string
  readonly topics: number
  readonly filtered: boolean
  readonly at: string
  readonly position: number
  readonly behind: number
  readonly owed: number | null
  readonly tokenExpires: string
}

interface NodeLink {
  readonly system: string
  readonly cloudNode: string
  readonly serialNumber: string
  readonly address: string
  readonly credits: number
  readonly sync: string
}

const asked = ({ system, client }: ConnectedOptions) => ({ system, client })

export async function listConnections(options: ConnectedOptions): Promise<void> {
  const all = await operateList<Connection>("/connections", asked(options))
  sayList(all, options.json, () =>
    columns(
      ["NO", "ADDRESS", "CLIENT", "SYSTEM", "EIO", "TRANSPORT", "SINCE", "SENT"],
      all.map(({ number, address, client, system, protocol, transport, since, sent }) => [
        number,
        address,
        client,
        system,
        protocol,
        transport,
        timeInWords(since),
        sent,
      ]),
    ),
  )
}

const listenerHeads =
  "NO, CLIENT, NAME, SYSTEM, TOPICS, FILTER, AT, POSITION, BEHIND, OWED FROM, TOKEN EXPIRES".split(", ")

const listenerCells = (listener: Listener) => {
  const { connection, client, name, system, topics, filtered, at, position, behind, owed } = listener
  const where = [at, position, behind, owed, timeInWords(listener.tokenExpires)]
  return [connection, client, name, system, topics, filtered ? "yes" : "", ...where]
}

export async function listListeners(options: ConnectedOptions): Promise<void> {
  const all = await operateList<Listener>("/listeners", asked(options))
  sayList(all, options.json, () => columns(listenerHeads, all.map(listenerCells)))
}

export async function listLinks(options: Omit<ConnectedOptions, "client">): Promise<void> {
  const all = await operateList<NodeLink>("/links", asked(options))
  sayList(all, options.json, () =>
    columns(
      ["CLOUD NODE", "SERIAL NUMBER", "SYSTEM", "ADDRESS", "CREDITS", "SYNC"],
      all.map(({ cloudNode, serialNumber, system, address, credits, sync }) => [
        cloudNode,
        serialNumber,
        system,
        address,
        credits,
        sync,
      ]),
    ),
  )
}
