/** Commands to devices: read, found, and handed on to whoever has the cloud nodes do them. PROTOCOL §19. */
import { commandNames, isRefusal, refuse, type CommandName, type Refusal } from "@doorstream/contract"
import { bodyOfCommand, readCommand } from "@doorstream/contract/validate"
import type { Context, Hono } from "hono"
import { addressed } from "../../core/commands.js"
import type { Verified } from "../../core/ports.js"
import { answerLater, answerRefusal } from "../answer.js"
import { objectionAfterBody } from "../bearer.js"
import { parseJson, readBody } from "../body.js"
import type { HttpDeps } from "../deps.js"
import { asMember, authorOf } from "../member.js"
import { route, type Told } from "../route.js"

/** The most bytes of a command. */
const most = 4096

/** Seconds after which there may be room again: most commands are answered sooner, the others expire. */
const afterTooMany = 1

const words: Readonly<Record<CommandName, { readonly name: string; readonly summary: string }>> = {
  "try-open": { name: "tryOpenDevice", summary: "Unlock a device for a moment" },
  open: { name: "openDevice", summary: "Keep a device unlocked" },
  close: { name: "closeDevice", summary: "Lock a device again" },
  toggle: { name: "toggleDevice", summary: "Keep a device unlocked, or lock it again" },
  "do-not-disturb": { name: "doNotDisturbDevice", summary: "Deny every read at a device, or no longer" },
  "clear-alarm": { name: "clearAlarmOfDevice", summary: "Clear the alarm of a device" },
  "virtual-read": {
    name: "virtualReadAtDevice",
    summary: "Let a holder in at a device, or not, as if present",
  },
}

function toldOf(command: CommandName): Told {
  const schema = bodyOfCommand(command)
  return {
    about: "Commands",
    token: "system",
    scope: "command",
    isCounted: true,
    ...words[command],
    body: schema === "VirtualRead" ? { as: "json", schema } : { as: "json", schema, isOptional: true },
    answers: { status: 204, what: "The cloud node has done it; the device's events tell what came of it." },
    refused: [
      "cloud_node_unknown",
      "object_unknown",
      "object_invalid",
      ...(schema === "VirtualRead" ? (["reference_unknown"] as const) : []),
      "cloud_node_away",
      "command_not_spoken",
      "command_refused",
      "command_unanswered",
      "too_many_commands",
      "storage_fault",
    ],
  }
}

export function commandRoutes(app: Hono, deps: HttpDeps): void {
  for (const name of commandNames)
    route(
      app,
      `/:systemId/cloud-nodes/:cloudNodeId/devices/:deviceId/${name}`,
      { POST: (c: Context) => asMember(c, deps, "command", (token) => answerCommand(c, deps, token, name)) },
      { POST: toldOf(name) },
    )
}

/** Some clients send an empty body without saying how long it is; it is as good as an empty object. */
async function readOptional(c: Context): Promise<{ readonly value: unknown } | Refusal> {
  const read = await readBody(c.req.raw, most)
  if (isRefusal(read)) return read
  return read.bytes.length === 0 ? { value: {} } : parseJson(read)
}

async function answerCommand(
  c: Context,
  deps: HttpDeps,
  token: Verified,
  name: CommandName,
): Promise<Response> {
  const body = await readOptional(c)
  const asked = isRefusal(body) ? body : readCommand(name, body.value)
  if (isRefusal(asked)) return answerRefusal(c, asked)
  const { cloudNodeId: nodeWord = "", deviceId: deviceWord = "" } = c.req.param()
  const { systemId } = token
  const objection = await objectionAfterBody(c, deps, systemId, "command")
  if (objection !== undefined) return answerRefusal(c, objection)
  const found = addressed(deps.seenBy(token).registry, systemId, nodeWord, deviceWord, asked)
  if (isRefusal(found)) return answerRefusal(c, found)
  const refused = await deps.command(systemId, found.cloudNodeId, found.command, authorOf(c, deps, token))
  if (refused === undefined) return c.body(null, 204)
  return refused.code === "too_many_commands"
    ? answerLater(c, { code: refused.code, retryAfter: afterTooMany })
    : // A cloud node's own words may name anybody.
      answerRefusal(c, token.grant.redacted ? refuse(refused.code) : refused)
}
