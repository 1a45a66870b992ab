/** Schemas of every topic's event, made from the table. Strict: a key too many is as wrong as one too few. */
import { z } from "zod"
import { topicEntry, topicNames, type TopicName } from "../topics/index.js"
import type { Embedded, TopicEntry } from "../topics/topic.js"
import { kinds, shapeOf } from "./fields.js"

const cloudNode = z.strictObject({ id: kinds.id, serialNumber: kinds.text, name: kinds.text })

const embedded: Readonly<Record<Embedded, z.ZodType>> = {
  device: z.strictObject({ id: kinds.id, name: kinds.text, connection: kinds.id, port: z.int() }),
  holder: z.strictObject({
    id: kinds.id,
    name: kinds.text,
    enabled: z.boolean(),
    activeDate: z.string().nullable(),
    expireDate: z.string().nullable(),
  }),
}

function schemaOfEntry(name: TopicName, entry: TopicEntry): z.ZodType {
  switch (entry.envelope) {
    case "report": {
      const carried = Object.fromEntries(entry.embeds.map((what) => [what, embedded[what]]))
      return z.strictObject({
        id: kinds.id,
        topic: z.literal(name),
        body: z.strictObject({ ...shapeOf(entry.body), ...carried }),
        cloudNode,
        occurred: kinds.milliseconds,
      })
    }
    case "entity":
      return z.strictObject({
        id: kinds.id,
        systemId: kinds.id,
        topic: z.string().regex(new RegExp(`^system\\.[^.]+\\.entity\\.${name.replaceAll(".", "\\.")}$`)),
        body: z.strictObject(shapeOf(entry.body)),
        metadata: z.strictObject({ userId: kinds.text, userName: kinds.text, occurred: kinds.milliseconds }),
      })
    case "presence":
      return z.strictObject(shapeOf(entry.body))
    case "sync":
      return z.strictObject({
        systemId: kinds.id,
        panelSn: kinds.text,
        details: z.strictObject(shapeOf(entry.details)),
      })
    case "live":
      return z.strictObject({
        topic: z.enum(topicNames),
        info: kinds.text,
        placeholders: z.array(
          z.strictObject({ text: kinds.text, id: kinds.id, type: z.enum(["holder", "device"]) }),
        ),
        cloudNode,
        occurred: kinds.milliseconds,
      })
  }
}

const schemas = new Map(topicNames.map((name) => [name, schemaOfEntry(name, topicEntry(name))]))

/**
 * What is wrong with an event of this topic, in words; an empty list when nothing is.
 *
 * @example faultsOfEvent("sync.synced", {}) // ["systemId: Invalid input: expected string, received undefined", …]
 */
export function faultsOfEvent(name: TopicName, event: unknown): string[] {
  const read = schemas.get(name)?.safeParse(event)
  if (read === undefined) return [`${name} is no topic`]
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)
}
