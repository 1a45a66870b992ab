/** The state of doors and cloud nodes as lines for a person. It must not know how it came. */
import type { CloudNodeState, DoorState, SystemState } from "@doorstream/contract"
import { columns } from "../columns.js"

const yesNo = (value: boolean | null): string => (value === null ? "?" : value ? "yes" : "no")

const alarmsOf = ({ forced, propped }: DoorState): string => {
  if (forced === null && propped === null) return "?"
  const raised = [forced === true ? "FORCED" : "", propped === true ? "PROPPED" : ""].filter(Boolean)
  return raised.length === 0 ? "none" : raised.join(", ")
}

const modesOf = ({ autoOpen, forceOpen, forceClose }: DoorState): string =>
  [
    autoOpen === true ? "auto open" : "",
    forceOpen === true ? "held open" : "",
    forceClose === true ? "do not disturb" : "",
  ]
    .filter(Boolean)
    .join(", ")

function rowsOf({ doors, cloudNodes }: SystemState) {
  const nameOf = (door: DoorState): string => cloudNodes.find(({ id }) => id === door.cloudNode)?.name ?? "?"
  return doors.map((door) => [
    door.name,
    nameOf(door),
    door.lock ?? "?",
    door.dps ?? "?",
    alarmsOf(door),
    yesNo(door.rex),
    modesOf(door),
  ])
}

const nodeOf = ({ name, serialNumber, connected, synced }: CloudNodeState) => [
  name ?? "?",
  serialNumber,
  yesNo(connected),
  yesNo(synced),
]

/** Two tables: a `?` is what nobody knows yet. */
export const stateLines = (state: SystemState): readonly string[] => [
  ...columns(["DOOR", "CLOUD NODE", "LOCK", "DPS", "ALARM", "REX", "MODE"], rowsOf(state)),
  "",
  ...columns(["CLOUD NODE", "SERIAL NUMBER", "CONNECTED", "SYNCED"], state.cloudNodes.map(nodeOf)),
  "",
]
