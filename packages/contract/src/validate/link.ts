/** Reads what a cloud node says on its link, or refuses it. */
import { z } from "zod"
import { commandObjections, type NodeMessage } from "../link.js"
import { refuse, type Refusal } from "../refusals.js"
import { nouns } from "../nouns/index.js"
import { reportsAtOnce } from "../reports.js"
import { schemaOfWritten } from "./written.js"

const version = z.int().min(0).max(1_000_000)
const proof = z.string().regex(/^[\da-f]{64}$/)
const word = z.string().min(1).max(128)

const message = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    versions: z.object({ min: version, max: version }).refine(({ min, max }) => min <= max),
    serialNumber: word,
    proof,
    revision: word.optional(),
  }),
  z.object({ type: z.literal("reports"), reports: z.array(z.unknown()).min(1).max(reportsAtOnce) }),
  z.object({ type: z.literal("rotateKey") }),
  z.object({ type: z.literal("keyKept"), proof }),
  z.object({ type: z.literal("partTaken"), revision: word, part: z.int().min(0) }),
  z.object({ type: z.literal("synced"), revision: word }),
  z.object({ type: z.literal("commandDone"), id: word }),
  z.object({
    type: z.literal("commandRefused"),
    id: word,
    code: z.enum(commandObjections),
    message: z.string().max(500).optional(),
  }),
])

/** @returns the message, without what is not known of it; or `message_malformed`, which names the first thing wrong */
export function readNodeMessage(text: string): NodeMessage | Refusal {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse("message_malformed", "It is not JSON.")
  }
  const read = message.safeParse(value)
  if (read.success) return read.data
  const { path } = read.error.issues[0]!
  return refuse("message_malformed", path.length === 0 ? undefined : `See its ${path.join(".")}.`)
}

/** What registers a panel: the cloud node's own serial number counts where none is told. */
export const panelRegistration = z.strictObject({
  serialNumber: schemaOfWritten(nouns.cloudNode["serialNumber"]!).optional(),
})
