/**
 * Commands: whose device is meant, and which of those that were sent to a cloud node are not answered yet. It must not
 * know of links, nor how time goes by. PROTOCOL §19.
 */
import {
  isRefusal,
  refuse,
  type Command,
  type CommandName,
  type NodeCommand,
  type NodeMessage,
  type Refusal,
} from "@doorstream/contract"
import type { Audited } from "./audit.js"
import { findByWord } from "./naming.js"
import type { Author, Milliseconds, Registry, SystemId } from "./ports.js"
import { openShelf } from "./shelves.js"

/** Has a cloud node do something, and resolves when it has answered; or says why it was not done, as far as is known. */
export type CommandNode = (
  system: SystemId,
  cloudNodeId: string,
  command: NodeCommand,
  by: Author,
) => Promise<Refusal | undefined>

/** How long a command is good for, once it was sent. */
export const commandLife: Milliseconds = 5000

/** The most commands to one cloud node that may wait to be answered. */
export const mostUnanswered = 256

// --- What is meant ---------------------------------------------------------------------------------------------------

export interface Addressed {
  readonly cloudNodeId: string
  readonly command: NodeCommand
}

/**
 * Finds what a command names by id or externalId.
 *
 * @returns `cloud_node_unknown`, `object_unknown` of a device that is not there, or another cloud node's, and
 *   `reference_unknown` of a holder
 */
export function addressed(
  registry: Pick<Registry, "find" | "findEver" | "findNamed" | "list">,
  system: SystemId,
  cloudNodeWord: string,
  deviceWord: string,
  command: Command,
): Addressed | Refusal {
  const shelf = openShelf(registry, system, "device", cloudNodeWord)
  const device = isRefusal(shelf) ? shelf : shelf.find(deviceWord)
  if (isRefusal(device)) return device
  const { id: deviceId, cloudNodeId } = device
  if (command.command !== "virtual-read") return { cloudNodeId, command: { deviceId, ...command } }
  const holder = findByWord(registry, "holder", system, command.holderId)
  if (holder === undefined) return refuse("reference_unknown", `holderId names ${command.holderId}.`)
  return { cloudNodeId, command: { deviceId, command: command.command, holderId: holder.id } }
}

/** Tells of a command before it is sent. What becomes of it, the device's events tell. */
export function auditOfCommand(by: Author, at: Milliseconds, system: SystemId, asked: NodeCommand): Audited {
  const { command, deviceId, ...more } = asked
  const what: `device.${CommandName}` = `device.${command}`
  const now = Object.keys(more).length === 0 ? {} : { now: more }
  return { at, by, system, deeds: [{ what, id: deviceId, ...now }] }
}

// --- What is not answered yet ----------------------------------------------------------------------------------------

/** Of one link. Times are by a clock that is never put back. */
export interface Unanswered {
  /** Have a place, and are not sent yet. */
  readonly held: number
  /** By their ids, when each of those that were sent expires; the first to expire first. */
  readonly sent: ReadonlyMap<string, Milliseconds>
}

export const noneUnanswered: Unanswered = { held: 0, sent: new Map() }

/** Holds a place for one more; undefined where there is none. */
export const hold = ({ held, sent }: Unanswered, most: number): Unanswered | undefined =>
  held + sent.size < most ? { held: held + 1, sent } : undefined

/** Gives a place back that was held for what is not sent after all. */
export const letGo = ({ held, sent }: Unanswered): Unanswered => ({ held: held - 1, sent })

/** What a place was held for is sent, and expires later than all before it, or when they do. */
export const send = ({ held, sent }: Unanswered, id: string, expires: Milliseconds): Unanswered => ({
  held: held - 1,
  sent: new Map(sent).set(id, expires),
})

/** One is answered; undefined where nobody waits for that, because it came too late or twice. */
export function answer({ held, sent }: Unanswered, id: string): Unanswered | undefined {
  if (!sent.has(id)) return undefined
  const left = new Map(sent)
  left.delete(id)
  return { held, sent: left }
}

/** Parts with those that have expired. */
export function expire(
  { held, sent }: Unanswered,
  now: Milliseconds,
): { readonly left: Unanswered; readonly expired: readonly string[] } {
  const expired = [...sent].filter(([, expires]) => expires <= now).map(([id]) => id)
  const left = new Map(sent)
  for (const id of expired) left.delete(id)
  return { left: { held, sent: left }, expired }
}

/** When the next one expires. */
export function nextExpiry({ sent }: Unanswered): Milliseconds | undefined {
  const [first] = sent.values()
  return first
}

type Answered = Extract<NodeMessage, { type: "commandDone" | "commandRefused" }>

/** What a cloud node's answer is to whoever asked. Its words come from outside, and may be printed on a terminal. */
export function refusalIn(said: Answered): Refusal | undefined {
  if (said.type === "commandDone") return undefined
  const words = (said.message ?? "").replaceAll(/\p{Cc}/gu, " ").trim()
  return refuse("command_refused", words === "" ? `It says ${said.code}.` : `It says ${said.code}: ${words}`)
}
