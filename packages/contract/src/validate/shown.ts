/**
 * Schemas of what REST answers with: objects as they are shown, made from the table of nouns, and the few other shapes.
 * Documents are made from these; nothing that goes out is read with them. They must not know who answers.
 */
import { z } from "zod"
import type { NounName, WrittenField, WrittenKind } from "../nouns/field.js"
import { nounNames, nouns, wordsOf } from "../nouns/index.js"
import { connectionTypes } from "../entities.js"
import { refusals } from "../refusals.js"
import { topicNames } from "../topics/index.js"

type Shape = Record<string, z.ZodType>

const sinceWhen = z
  .record(z.string(), z.int())
  .meta({ description: "Since when each field is so that is known." })
const yesNoUnknown = z.boolean().nullable()

const doorState = z.object({
  id: z.string(),
  name: z.string(),
  connection: z.string(),
  port: z.int(),
  cloudNode: z.string(),
  lock: z.enum(["locked", "unlocked"]).nullable(),
  dps: z.enum(["open", "closed"]).nullable(),
  rex: yesNoUnknown,
  forced: yesNoUnknown,
  propped: yesNoUnknown,
  autoOpen: yesNoUnknown,
  forceOpen: yesNoUnknown,
  forceClose: yesNoUnknown,
  since: sinceWhen,
})

const cloudNodeState = z.object({
  id: z.string(),
  serialNumber: z.string(),
  name: z.string(),
  connected: yesNoUnknown,
  synced: yesNoUnknown,
  since: sinceWhen,
})

const id = z.string().meta({ description: "A UUID that the registry gave." })
const created = z.iso.datetime().meta({ description: "When it was made." })
const code = z.enum(Object.keys(refusals) as [string, ...string[]])
const message = z.string().meta({ description: "What is wrong and what to do, for people." })

const embedded = z.object({
  id,
  name: z.string().optional(),
  type: z.enum(connectionTypes).optional(),
})

function shownAs(kind: WrittenKind): z.ZodType {
  switch (kind.is) {
    case "whole":
      return z.int().min(kind.least).max(kind.most)
    case "yesNo":
      return z.boolean()
    case "oneOf":
      return z.enum(kind.words as [string, ...string[]])
    case "date":
      return z.string().nullable()
    case "cardText":
      return z.union([z.int().min(0), z.string()])
    case "reference":
      return kind.embedded === true ? embedded : id
    case "list":
      return z.array(shownAs(kind.of))
    case "text":
    case "lines":
    case "timezone":
    case "locale":
    case "email":
    case "timeOfDay":
    case "pin":
      return z.string()
  }
}

/** What was never told, and is nothing unless told, is not shown. */
function shownField(field: WrittenField): z.ZodType {
  const schema = shownAs(field).meta({ description: field.means })
  return field.required === true || field.otherwise !== undefined ? schema : schema.optional()
}

function shownFields(noun: NounName): Shape {
  const shown = Object.entries(nouns[noun]).filter(([, field]) => field.writeOnly !== true)
  return Object.fromEntries(shown.map(([key, field]) => [key, shownField(field)]))
}

const credential = z.object({ id, ...shownFields("credential") })

const since = z.int().optional().meta({ description: "Since when, in milliseconds since 1970." })

const syncStatus = z
  .object({
    synced: z.boolean(),
    details: z.object({
      timestamp: since,
      dataFlowStatus: z.enum(["Pending", "Started"]).optional().meta({
        description: "Pending: there is more than it was sent. Started: it is being sent what is new.",
      }),
    }),
  })
  .meta({ description: "Whether it knows all that it is to know of the registry." })

const connectionStatus = z
  .object({
    connected: z.boolean(),
    details: z.object({ timestamp: since }),
  })
  .meta({ description: "Whether its link to the server is there." })

/** What an object shows that nobody writes. */
const besides: { readonly [N in NounName]: Shape } = {
  cloudNode: { created, syncStatus, connectionStatus },
  connection: { created },
  device: { created },
  holder: { credentials: z.array(credential), created: created.optional() },
  credential: {},
  group: { created },
  rule: { created },
}

const shownNoun = (noun: NounName): z.ZodType =>
  noun === "credential" ? credential : z.object({ id, ...shownFields(noun), ...besides[noun] })

/** Each noun as it is shown. */
export const shownNouns = Object.fromEntries(nounNames.map((noun) => [noun, shownNoun(noun)])) as Record<
  NounName,
  z.ZodType
>

/** The name of a noun's schema. @example titleOf("cloudNode") // "CloudNode" */
export const titleOf = (noun: NounName): string =>
  wordsOf(noun).replace(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase())

const accepted = z.object({
  id: z.string(),
  position: z.int().min(0).meta({ description: "Its place in the system's log." }),
})

const cursor = z.string()

const panel = {
  cloudNodeId: id,
  serialNumber: z.string(),
  registered: z.iso.datetime().meta({ description: "Since when it has a key." }),
}

/** Everything else that is answered. */
export const otherShapes = {
  System: z.object({ id, name: z.string(), created }),
  Panel: z.object(panel),
  PanelWithKey: z.object({
    ...panel,
    key: z.string().meta({ description: "What the cloud node proves itself with. It is shown this once." }),
  }),
  Refusal: z.object({ code, message }),
  OAuthRefusal: z.object({
    error: z.enum(["invalid_request", "invalid_client", "unsupported_grant_type"]),
    error_description: message,
  }),
  ClientTokens: z.object({
    token_type: z.literal("Bearer"),
    access_token: z.string(),
    id_token: z.string().meta({ description: "To be traded for system tokens." }),
    expires_in: z.int().min(1).meta({ description: "For how many seconds both are good." }),
  }),
  SystemToken: z.object({ token: z.string() }),
  ReportOutcome: z.object({
    accepted: z.array(accepted).meta({ description: "Those that are on disk." }),
    refused: z.array(z.object({ id: z.string().nullable(), code, message })),
  }),
  EventsRead: z.object({
    events: z.array(
      z.object({
        cursor: cursor.meta({ description: "Reading goes on after this event with it." }),
        topic: z.enum(topicNames as [string, ...string[]]),
        event: z.looseObject({}).meta({ description: "The event as every listener hears it." }),
        received: z.int().optional().meta({
          description: "When the server received it, in milliseconds since 1970, where that was asked for.",
        }),
      }),
    ),
    cursor: cursor.meta({ description: "Where to read on." }),
  }),
  State: z.object({
    cursor: cursor.meta({ description: "Where to read on: everything before it is in the state." }),
    time: z.int().meta({ description: "When that was so, in milliseconds since 1970." }),
    doors: z.array(doorState),
    cloudNodes: z.array(cloudNodeState),
  }),
  EventsGone: z.object({
    from: z.int().min(1).meta({ description: "The first position that is gone." }),
    to: z.int().min(0).meta({ description: "And the last." }),
    count: z.int().min(0).meta({ description: "How many are gone." }),
    reason: z.enum(["retention", "epoch"]),
    cursor: cursor.meta({ description: "Where to begin anew." }),
  }),
  Health: z.object({ status: z.literal("live") }),
  Readiness: z.object({
    status: z.enum(["ready", "not ready"]),
    storage: z.enum(["scarce", "full", "broken"]).optional(),
  }),
  Discovery: z.object({
    issuer: z.string(),
    token_endpoint: z.string(),
    jwks_uri: z.string(),
    grant_types_supported: z.array(z.string()),
    response_types_supported: z.array(z.string()),
    subject_types_supported: z.array(z.string()),
    id_token_signing_alg_values_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
  }),
  Document: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
  PublicKeys: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }),
} as const
