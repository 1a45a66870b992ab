/** The demo's small building, as data: what its registry begins with. The same ids on every machine. */
import {
  weekdays,
  type CloudNode,
  type Connection,
  type Device,
  type Holder,
  type Rule,
  type System,
} from "@doorstream/contract"

const created = "2025-01-06T08:00:00.000Z"
const cloudNodeId = "6c1f6f0a-54f4-4c3b-9d2e-0a4f5b7d3e10"

const system: System = { id: "0738b8df-329a-4d50-88e7-7a48928c4d6f", name: "Demo Building", created }

const cloudNode: CloudNode = {
  id: cloudNodeId,
  name: "Demo Cloud Node",
  description: "The virtual building of the demo",
  serialNumber: "1234ABC",
  locale: "en",
  timezone: "UTC",
  killTimer: 300,
  offlinePolicy: 2,
  cardFormat: [],
  created,
}

const groundFloor: Connection = {
  id: "b2a7c5de-0f31-4f0e-8a64-1d9c3e5b7f20",
  cloudNodeId,
  name: "Ground Floor Controller",
  type: "ethernet",
  created,
}

const firstFloor: Connection = {
  id: "e4d8a1b6-7c92-4d35-b0f7-2e6a4c8d9f31",
  cloudNodeId,
  name: "First Floor Controller",
  type: "ethernet",
  created,
}

type Particular = Pick<Device, "id" | "name" | "connectionId" | "port"> & Partial<Device>

/** A door with all its sensors, as long as nothing else is said. */
const door = (particular: Particular): Device => ({
  cloudNodeId,
  type: "primaryReader",
  dwell: 30,
  propDelay: 100,
  delay: 0,
  dps: true,
  rex: true,
  propAlarm: true,
  forcedAlarm: true,
  autoOpenAfterFirstAllow: false,
  created,
  ...particular,
})

const devices: readonly Device[] = [
  door({
    id: "1b99bf42-1f9c-4184-9b5a-f7be9b24f4be",
    name: "Front Door",
    connectionId: groundFloor.id,
    port: 1,
  }),
  door({
    id: "27e9674c-dd41-4404-b030-cc697c6f599d",
    name: "Loading Dock",
    connectionId: groundFloor.id,
    port: 2,
    dwell: 50,
    propDelay: 150,
  }),
  door({
    id: "3f0c8d57-92ab-4e16-a7d4-5b1e6c2f8a42",
    name: "Meeting Room",
    connectionId: firstFloor.id,
    port: 1,
    dps: false,
    rex: false,
    propAlarm: false,
    forcedAlarm: false,
  }),
  door({
    id: "48d1e9a6-a3bc-4f27-b8e5-6c2f7d309b53",
    name: "Server Room",
    connectionId: firstFloor.id,
    port: 2,
    propDelay: 80,
  }),
]

type Person = readonly [
  id: string,
  credentialId: string,
  firstName: string,
  lastName: string,
  cardNumber: string,
]

const people: readonly Person[] = [
  [
    "db5b5fab-8f4d-4e27-9da1-494c73cf256d",
    "73ab4876-7734-47c1-87fd-e805ec99108d",
    "Amara",
    "Okafor",
    "43281",
  ],
  [
    "2f45e678-309d-4b79-965e-da32dae44550",
    "a13ffe79-79cb-4e86-830c-71c2cdcc6929",
    "Jonas",
    "Lindqvist",
    "50236",
  ],
  ["7253edc6-1818-4993-afa9-1425cb008853", "89e7d15f-1736-4f25-a44c-af9c4dabb481", "Priya", "Raman", "63060"],
  [
    "0ab8ab67-a26b-4f62-b185-2f27e3eff9c0",
    "f6fa5db8-656a-4d72-bb71-0734986e86cb",
    "Mateo",
    "Herrera",
    "39687",
  ],
  ["a66b0d38-9d95-447e-bd29-9753a7677796", "d4ea65d0-03d7-4684-9f85-58a628518867", "Yuki", "Tanaka", "44627"],
  [
    "30b17d0b-0920-4a65-8f3e-bdd3102b938b",
    "07b37e14-9980-4225-bdef-fa38e12b2b8f",
    "Elena",
    "Petrova",
    "60994",
  ],
  [
    "97491e23-70c6-45b8-9387-f61376c468ae",
    "3bd03346-84e5-4160-b200-94ead7a94ded",
    "Samuel",
    "Adeyemi",
    "51962",
  ],
  [
    "a9964aef-012d-4ea6-bff1-22294b4d8474",
    "4735af1c-a7a1-4490-b513-923715c1d2df",
    "Claire",
    "Dubois",
    "36658",
  ],
  [
    "ee82ec3f-fee5-45b2-8d1f-e1daff666589",
    "4105cca7-b533-42fc-954c-d2aad7185dda",
    "Tomasz",
    "Nowak",
    "30662",
  ],
  [
    "49fe85b0-834c-487a-bacb-6266c20ba2c2",
    "c42b7170-902a-474f-91fa-2ac0079dd25a",
    "Leila",
    "Haddad",
    "17073",
  ],
]

/** Whom the doors do not let in although they know them. */
const kept: Readonly<Record<string, Partial<Holder>>> = {
  Nowak: { enabled: false },
  Haddad: { expireDate: "2025-06-30T22:00:00.000Z" },
}

const holders: readonly Holder[] = people.map(([id, credentialId, firstName, lastName, cardNumber]) => ({
  id,
  firstName,
  lastName,
  email: `${firstName}.${lastName}@demo.example`.toLowerCase(),
  enabled: true,
  activeDate: null,
  expireDate: null,
  credentials: [{ id: credentialId, facilityCode: "77", cardNumber }],
  ...kept[lastName],
}))

const rule = (id: string, name: string, particular: Partial<Rule>): Rule => ({
  id,
  name,
  type: "access",
  allow: true,
  authenticationPolicy: "cardOnly",
  groups: [],
  holders: holders.map((holder) => holder.id),
  devices: [],
  startTime: "00:00",
  stopTime: "24:00",
  recurring: weekdays,
  created,
  ...particular,
})

const [frontDoor, loadingDock, meetingRoom, serverRoom] = devices.map(({ id }) => id) as [
  string,
  string,
  string,
  string,
]

/** By day and by night, so that the demo always has somebody at its doors. */
const rules: readonly Rule[] = [
  rule("5c0d6a3e-1b47-4a9f-8e26-7d3f91b8c064", "Everybody, at any time", {
    devices: [frontDoor, loadingDock, meetingRoom],
  }),
  rule("a81f4e92-6d35-4c0b-97e1-2b5c8d40f7a3", "Every second one, with card and PIN", {
    authenticationPolicy: "cardAndPin",
    holders: holders.filter((_, index) => index % 2 === 0).map((holder) => holder.id),
    devices: [serverRoom],
  }),
]

/** One system with one cloud node, two controllers, four doors and ten people, and who may enter where. */
export const demoBuilding = {
  system,
  cloudNode,
  cloudNodes: [cloudNode],
  connections: [groundFloor, firstFloor],
  devices,
  holders,
  rules,
  rexUnlocks: [frontDoor, loadingDock],
} as const
