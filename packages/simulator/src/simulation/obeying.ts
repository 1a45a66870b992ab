/** What a door is told from afar, and why it cannot be done where it cannot. It must not know who tells it. Pure. */
import type { NodeCommand } from "@doorstream/contract"
import type { Building } from "../building/building.js"
import { obey } from "../building/commands.js"
import type { Plan } from "../building/plan.js"
import type { DoorAct } from "../building/scenes.js"
import type { CommandAnswer } from "../node/obeying.js"

interface Place {
  readonly building: Pick<Building, "door" | "reaches">
  readonly plan: Plan
  readonly cloudNodeId: string
}

export type Judged = { readonly act: DoorAct } | { readonly objection: NonNullable<CommandAnswer> }

const impossible = (message: string): Judged => ({ objection: { code: "not_possible", message } })

export function judge(command: NodeCommand, { building, plan, cloudNodeId }: Place): Judged {
  const { deviceId } = command
  const device = plan.devices.find(({ id }) => id === deviceId)
  if (device?.cloudNodeId !== cloudNodeId) return { objection: { code: "device_unknown" } }
  if (!building.reaches(deviceId)) return impossible("The door's connection is cut off from its cloud node.")
  const door = building.door(deviceId)
  if (command.command === "try-open" && door.override === "doNotDisturb")
    return impossible("Do not disturb is on at this door.")
  if (command.command === "virtual-read" && !plan.holders.some(({ id }) => id === command.holderId))
    return impossible("The cloud node does not know this holder.")
  const { deviceId: _, ...given } = command
  return { act: obey(given as Parameters<typeof obey>[0], door) }
}
