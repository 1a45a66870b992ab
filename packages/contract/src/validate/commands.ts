/** Reads what is sent with a command, or says what is wrong with it. It must not know which door is meant. */
import { z } from "zod"
import type { Command, CommandName } from "../commands.js"
import { nouns } from "../nouns/index.js"
import { isRefusal, type Refusal } from "../refusals.js"
import { readWritten } from "./entities.js"
import { schemaOfWritten } from "./written.js"

const TryOpen = z.strictObject({
  dwell: schemaOfWritten(nouns.device["dwell"]!).nullable().optional().meta({
    description: "For how long it is unlocked, in tenths of a second; the device's own unless told.",
  }),
})

const VirtualRead = z.strictObject({
  holderId: schemaOfWritten({ is: "reference", to: "holder" }).meta({
    description: "The id or externalId of the holder who is let in or not, as if present.",
  }),
})

/** Of the commands that say all by their names. */
const PlainCommand = z.strictObject({})

export const commandShapes = { TryOpen, VirtualRead, PlainCommand } as const

/** The name of the schema of what is sent with a command. */
export function bodyOfCommand(command: CommandName): keyof typeof commandShapes {
  if (command === "try-open") return "TryOpen"
  return command === "virtual-read" ? "VirtualRead" : "PlainCommand"
}

/**
 * Reads what is sent with a command; null is as good as a field that was never told.
 *
 * @returns the command, or `object_invalid`, which names each field that is to be mended
 * @example readCommand("try-open", { dwell: 50 }) // { command: "try-open", dwell: 50 }
 */
export function readCommand(command: CommandName, value: unknown): Command | Refusal {
  const read = readWritten(commandShapes[bodyOfCommand(command)], value)
  if (isRefusal(read)) return read
  const told = Object.entries(read).filter(([, each]) => each !== null)
  return { command, ...Object.fromEntries(told) } as Command
}
