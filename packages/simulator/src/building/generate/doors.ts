/** Makes a building's cloud nodes, controllers and doors, with the names that such have. It must not know people. */
import type { CloudNode, Connection, Device } from "@doorstream/contract"
import type { Chance } from "../chance.js"
import { drawUuid } from "./uuid.js"

/** What a door is for: by this its rules are made. */
export type Purpose = "entrance" | "delivery" | "office" | "lab" | "meeting" | "server"

export interface Doors {
  readonly cloudNodes: readonly CloudNode[]
  readonly connections: readonly Connection[]
  readonly devices: readonly Device[]
  /** By the door's id. */
  readonly purposes: ReadonlyMap<string, Purpose>
  readonly rexUnlocks: readonly string[]
}

interface Kind {
  readonly purpose: Purpose
  /** A room has its floor and number behind its name. */
  readonly name: string
  readonly isRoom: boolean
}

/** Every cloud node begins with these; a small building has but the first ones. */
const first: readonly Kind[] = [
  { purpose: "entrance", name: "Front Door", isRoom: false },
  { purpose: "delivery", name: "Loading Dock", isRoom: false },
  { purpose: "server", name: "Server Room", isRoom: false },
  { purpose: "entrance", name: "Side Entrance", isRoom: false },
  { purpose: "delivery", name: "Car Park Gate", isRoom: false },
]
const rooms: readonly Kind[] = [
  { purpose: "office", name: "Office", isRoom: true },
  { purpose: "office", name: "Office", isRoom: true },
  { purpose: "lab", name: "Lab", isRoom: true },
  { purpose: "meeting", name: "Meeting Room", isRoom: true },
  { purpose: "office", name: "Stairwell", isRoom: true },
  { purpose: "server", name: "Network Closet", isRoom: true },
]

const wings = [
  "Main Building",
  "North Wing",
  "South Wing",
  "East Wing",
  "West Wing",
  "Annex",
  "Tower",
  "Workshop",
]

const doorsOfNode = 64
const doorsOfConnection = 8
const roomsOfFloor = 20

const wingOf = (node: number): string => wings[node] ?? `Building ${node + 1}`

const created = "2026-01-05T08:00:00.000Z"

const drawRoom = (chance: Chance): Kind => rooms[chance.between(0, rooms.length - 1)] as Kind

/** The first cloud node's doors have plain names, the others' begin with that of their part of the building. */
function nameOf({ name, isRoom }: Kind, node: number, room: number): string {
  const floor = Math.floor(room / roomsOfFloor)
  const number = String((room % roomsOfFloor) + 1).padStart(2, "0")
  return [...(node === 0 ? [] : [wingOf(node)]), name, ...(isRoom ? [`${floor}.${number}`] : [])].join(" ")
}

/** Rooms have levers and at times no sensors; entrances have magnets that a REX must release. */
function equip(purpose: Purpose, chance: Chance): Omit<Device, keyof Placed> {
  const isOutside = purpose === "entrance" || purpose === "delivery"
  const dps = isOutside || purpose === "server" || chance.falls(0.7)
  return {
    type: "primaryReader",
    dwell: purpose === "delivery" ? 80 : chance.falls(0.2) ? 50 : 30,
    propDelay: purpose === "delivery" ? 600 : 300,
    delay: 0,
    dps,
    rex: isOutside || chance.falls(0.5),
    propAlarm: dps && (isOutside || chance.falls(0.7)),
    forcedAlarm: dps && (isOutside || purpose === "server" || chance.falls(0.6)),
    autoOpenAfterFirstAllow: purpose === "entrance" && chance.falls(0.5),
    created,
  }
}

type Placed = Pick<Device, "id" | "cloudNodeId" | "connectionId" | "name" | "port">

function makeNode(node: number, timezone: string, chance: Chance): CloudNode {
  return {
    id: drawUuid(chance),
    name: wingOf(node),
    description: "A virtual cloud node",
    serialNumber: `${1000 + node}SIM`,
    locale: "en",
    timezone,
    cardFormat: [],
    created,
  }
}

function makeConnection({ id: cloudNodeId, name }: CloudNode, index: number, chance: Chance): Connection {
  return {
    id: drawUuid(chance),
    cloudNodeId,
    name: `${name} Controller ${index + 1}`,
    type: "ethernet",
    created,
  }
}

/** Up to 64 doors to a cloud node, and 8 to a controller. */
export function makeDoors(count: number, timezones: readonly string[], chance: Chance): Doors {
  const made = { cloudNodes: [], connections: [], devices: [] } as {
    cloudNodes: CloudNode[]
    connections: Connection[]
    devices: Device[]
  }
  const purposes = new Map<string, Purpose>()
  for (let door = 0; door < count; door++) {
    const [node, place] = [Math.floor(door / doorsOfNode), door % doorsOfNode]
    if (place === 0) made.cloudNodes.push(makeNode(node, timezones[node % timezones.length] ?? "UTC", chance))
    const cloudNode = made.cloudNodes[node] as CloudNode
    if (place % doorsOfConnection === 0)
      made.connections.push(makeConnection(cloudNode, place / doorsOfConnection, chance))
    const { id: connectionId } = made.connections.at(-1) as Connection
    const room = place - first.length
    const kind = first[place] ?? drawRoom(chance)
    const device: Device = {
      id: drawUuid(chance),
      cloudNodeId: cloudNode.id,
      connectionId,
      name: nameOf(kind, node, room),
      port: (place % doorsOfConnection) + 1,
      ...equip(kind.purpose, chance),
    }
    made.devices.push(device)
    purposes.set(device.id, kind.purpose)
  }
  const rexUnlocks = made.devices.filter(
    ({ id, rex }) => rex && ["entrance", "delivery"].includes(purposes.get(id) ?? ""),
  )
  return { ...made, purposes, rexUnlocks: rexUnlocks.map(({ id }) => id) }
}
