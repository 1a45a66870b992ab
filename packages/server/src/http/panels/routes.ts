/** The panel of a cloud node: registered, it has a key with which the cloud node proves itself on its link. PROTOCOL §16. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { panelRegistration, readWritten } from "@doorstream/contract/validate"
import type { Context, Hono } from "hono"
import { panelOf, registration, unregistration } from "../../core/panels.js"
import type { Panel, Verified } from "../../core/ports.js"
import { answerRefusal } from "../answer.js"
import { objectionAfterBody } from "../bearer.js"
import { parseJson, readBody } from "../body.js"
import type { HttpDeps } from "../deps.js"
import { asMember, authorOf } from "../member.js"
import { route, type Told } from "../route.js"
import { showPanel } from "./shapes.js"

/** The most bytes of a request to register a panel. */
const most = 4096

/** About the most that registering writes: the pages that it falls upon, and its event. */
const bytesWritten = 64 * 1024

const about = { about: "Panels", token: "system", isCounted: true } as const
const manages = { ...about, scope: "manage" } as const

const told: Readonly<Record<"GET" | "POST" | "DELETE", Told>> = {
  GET: {
    ...about,
    name: "readPanel",
    summary: "Read a cloud node's panel",
    answers: { status: 200, what: "The panel, without its key.", schema: "Panel" },
    refused: ["cloud_node_unknown", "panel_unknown"],
  },
  POST: {
    ...manages,
    name: "registerPanel",
    summary: "Register a cloud node's panel",
    more: "The cloud node's own serial number counts where none is told.",
    body: { as: "json", schema: "PanelRegistration", isOptional: true },
    answers: { status: 201, what: "The panel, and its key, this once.", schema: "PanelWithKey" },
    refused: [
      "cloud_node_unknown",
      "panel_registered",
      "serial_number_taken",
      "object_invalid",
      "storage_fault",
      "storage_full",
    ],
  },
  DELETE: {
    ...manages,
    name: "unregisterPanel",
    summary: "Unregister a cloud node's panel",
    answers: { status: 204, what: "Its key is good no more, and its link has ended." },
    refused: ["cloud_node_unknown", "panel_unknown", "storage_fault"],
  },
}

export function panelRoutes(app: Hono, deps: HttpDeps): void {
  const seenBy = (token: Verified): HttpDeps => ({ ...deps, registry: deps.seenBy(token).registry })
  const answers = {
    GET: (c: Context) => asMember(c, deps, undefined, (token) => answerPanel(c, seenBy(token))),
    POST: (c: Context) => asMember(c, deps, "manage", (token) => register(c, seenBy(token), token)),
    DELETE: (c: Context) => asMember(c, deps, "manage", (token) => unregister(c, seenBy(token), token)),
  }
  route(app, "/:systemId/cloud-nodes/:cloudNodeId/panel", answers, told)
}

/** The system, and the cloud node's id; a word that names none stays as it is, and is unknown. */
function namedIn(c: Context, { registry }: HttpDeps): { system: string; node: string } {
  const [system, word] = [c.req.param("systemId") ?? "", c.req.param("cloudNodeId") ?? ""]
  const found = registry.find("cloudNode", system, word) ?? registry.findNamed("cloudNode", system, word)
  return { system, node: found?.id ?? word }
}

function answerPanel(c: Context, deps: HttpDeps): Response {
  const { system, node } = namedIn(c, deps)
  const panel = panelOf(deps.registry, system, node)
  return isRefusal(panel) ? answerRefusal(c, panel) : c.json(showPanel(panel))
}

async function readSerialNumber(c: Context): Promise<{ readonly serialNumber?: string } | Refusal> {
  const read = await readBody(c.req.raw, most)
  if (isRefusal(read)) return read
  // Some clients send an empty body without saying how long it is.
  if (read.bytes.length === 0) return {}
  const body = parseJson(read)
  return isRefusal(body) ? body : readWritten(panelRegistration, body.value)
}

/** Makes a change, or says that nothing can be written. */
async function change<T>(deps: HttpDeps, work: () => Promise<T | Refusal>): Promise<T | Refusal> {
  try {
    return await work()
  } catch (fault) {
    deps.log(fault, "changing a panel")
    return refuse("storage_fault")
  }
}

async function register(c: Context, deps: HttpDeps, token: Verified): Promise<Response> {
  const asked = await readSerialNumber(c)
  if (isRefusal(asked)) return answerRefusal(c, asked)
  const objection = await objectionAfterBody(c, deps, token.systemId, "manage")
  if (objection !== undefined) return answerRefusal(c, objection)
  const { secret, secretHash } = deps.newSecret()
  const at = new Date(deps.now()).toISOString()
  const panel = await change(deps, () =>
    deps.spend(bytesWritten, () =>
      deps.change<Panel>(token.systemId, authorOf(c, deps, token), () => {
        const { system, node } = namedIn(c, deps)
        return registration(deps.registry, system, node, asked.serialNumber, secretHash, at)
      }),
    ),
  )
  if (isRefusal(panel)) return answerRefusal(c, panel)
  c.header("Cache-Control", "no-store")
  return c.json({ ...showPanel(panel), key: secret }, 201)
}

async function unregister(c: Context, deps: HttpDeps, token: Verified): Promise<Response> {
  const refused = await change(deps, () =>
    deps.change(token.systemId, authorOf(c, deps, token), () => {
      const { system, node } = namedIn(c, deps)
      return unregistration(deps.registry, system, node)
    }),
  )
  return refused === undefined ? c.body(null, 204) : answerRefusal(c, refused)
}
