/** Reads what a running server's registry answers of a system, as far as the API client may, to answer it again. */
import type { CloudNode, Connection, Device, Group, Holder, Rule, System } from "@doorstream/contract"
import type { Change } from "@doorstream/server"
import { readAll, type Insist } from "@doorstream/simulator"
import type { Account } from "../account.js"
import { Plight } from "../say.js"

type Shown = Readonly<Record<string, unknown>>

const text = (value: unknown): string => String(value)

/** As the registry keeps it: what of it only the server of that time knew is left out. */
function cloudNodeOf({ syncStatus: _, connectionStatus: __, ...node }: Shown): CloudNode {
  return node as unknown as CloudNode
}

function deviceOf({ connection, ...device }: Shown, cloudNodeId: string): Device {
  const connectionId = text((connection as Shown | undefined)?.["id"])
  return { ...device, connectionId, cloudNodeId } as unknown as Device
}

/** The stream has text on a card as text, REST has it as whole numbers. */
function holderOf({ credentials, ...holder }: Shown): Holder {
  const cards = (credentials as readonly Shown[]).map(({ facilityCode, cardNumber, ...card }) => ({
    ...card,
    facilityCode: text(facilityCode),
    cardNumber: text(cardNumber),
  }))
  return { ...holder, credentials: cards } as unknown as Holder
}

async function readBehind(insist: Insist, system: string, node: CloudNode): Promise<Change[]> {
  const path = `/${encodeURIComponent(system)}/cloud-nodes/${encodeURIComponent(node.id)}`
  const connections = await readAll(insist, `${path}/connections`)
  const devices = await readAll(insist, `${path}/devices`)
  return [
    ...connections.map((shown): Change => {
      const value = { ...shown, cloudNodeId: node.id } as unknown as Connection
      return { kind: "connection", system, value }
    }),
    ...devices.map((shown): Change => ({ kind: "device", system, value: deviceOf(shown, node.id) })),
  ]
}

/** All that stands in the system now. */
export async function readBuilding(insist: Insist, system: string): Promise<Change[]> {
  const path = `/${encodeURIComponent(system)}`
  const nodes = (await readAll(insist, `${path}/cloud-nodes`)).map(cloudNodeOf)
  const changes = nodes.map((value): Change => ({ kind: "cloudNode", system, value }))
  for (const node of nodes) changes.push(...(await readBehind(insist, system, node)))
  for (const shown of await readAll(insist, `${path}/groups`))
    changes.push({ kind: "group", system, value: shown as unknown as Group })
  for (const shown of await readAll(insist, `${path}/holders`))
    changes.push({ kind: "holder", system, value: holderOf(shown) })
  for (const shown of await readAll(insist, `${path}/rules`))
    changes.push({ kind: "rule", system, value: shown as unknown as Rule })
  return changes
}

/** The system itself, which is told to whoever may ask for tokens of it. */
export async function readSystem({ url, systemId }: Account, idToken: string): Promise<System> {
  const headers = { Authorization: `Bearer ${idToken}` }
  const response = await fetch(`${url}/api/systems/${encodeURIComponent(systemId)}`, { headers })
  if (!response.ok) throw new Plight(`The system ${systemId} cannot be read: ${response.status}.`)
  return (await response.json()) as System
}
