/** Schemas of what is sent to REST and is no object of the registry. They must not know who reads it. */
import { z } from "zod"
import { reportFields } from "../reports.js"
import { reportableTopics, type ReportableTopic } from "../topics/index.js"
import { commandShapes } from "./commands.js"
import { kinds, reportedShapeOf } from "./fields.js"
import { panelRegistration } from "./link.js"

/** Topics whose reports have the same fields, together. */
function topicsByFields(): readonly (readonly ReportableTopic[])[] {
  const alike = new Map<string, ReportableTopic[]>()
  for (const topic of reportableTopics) {
    const fields = JSON.stringify(reportFields(topic))
    alike.set(fields, [...(alike.get(fields) ?? []), topic])
  }
  return [...alike.values()]
}

const reportOf = (topics: readonly ReportableTopic[]) =>
  z.object({
    id: kinds.id.meta({ description: "Of your choice: the same id is the same report." }),
    topic: z.enum(topics),
    occurred: kinds.milliseconds.meta({ description: "Milliseconds since 1970, by the cloud node's clock." }),
    body: z.object(reportedShapeOf(reportFields(topics[0]!))),
  })

const Report = z.union(topicsByFields().map(reportOf))

/** How many there may be at once, the operator says. Each report of a batch is judged by itself, so that one that is none keeps nobody from reading the others. */
const Reports = z.union([Report, z.array(Report)])

const TokenRequest = z.object({
  grant_type: z.literal("client_credentials"),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
})

/** Whatever else stands in it is left aside. */
const GrantRequest = z.looseObject({
  scopes: z.array(z.string()).optional().meta({ description: "Of those that the API client has." }),
  topics: z
    .array(z.string())
    .optional()
    .meta({ description: "What may be heard, in the words of a subscription: `device.alarm.*`." }),
  cloudNodes: z
    .array(z.string())
    .optional()
    .meta({ description: "What may be seen must be about one of these, by id or externalId; at most 100." }),
  redacted: z.boolean().optional().meta({ description: "Whether what is personal is shown as pseudonyms." }),
})

export const sentShapes = {
  GrantRequest,
  Report,
  Reports,
  TokenRequest,
  PanelRegistration: panelRegistration,
  ...commandShapes,
} as const
