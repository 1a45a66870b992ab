/** The panel of a cloud node: registered, it has a key with which the cloud node proves itself on its link. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { panelOf, registration, unregistration } from "../../core/panels.js"
import { house, type Author, type Scope } from "../../core/ports.js"
import { answerRefusal } from "../answer.js"
import { enterSystem } from "../bearer.js"
import { readBody } from "../body.js"
import type { HttpDeps } from "../deps.js"
import { route } from "../route.js"
import { showPanel } from "./shapes.js"

/** The most bytes of a request to register a panel. */
const most = 4096

const longestSerialNumber = 128

type PanelContext = Context<object, "/:systemId/cloud-nodes/:cloudNodeId/panel">

export function panelRoutes(app: Hono, deps: HttpDeps): void {
  route(app, "/:systemId/cloud-nodes/:cloudNodeId/panel", {
    GET: (c) => answerPanel(c, deps),
    POST: (c) => register(c, deps),
    DELETE: (c) => unregister(c, deps),
  })
}

interface Asking {
  readonly by: Author
  readonly system: string
  readonly node: string
}

async function meet(c: PanelContext, deps: HttpDeps, scope?: Scope): Promise<Asking | Refusal> {
  const [system, node] = [c.req.param("systemId"), c.req.param("cloudNodeId")]
  const token = await enterSystem(c, deps, system, scope)
  if (isRefusal(token)) return token
  const name = deps.registry.find("client", house, token.clientId)?.name ?? token.clientId
  return { by: { id: token.clientId, name, from: "" }, system, node }
}

async function answerPanel(c: PanelContext, deps: HttpDeps): Promise<Response> {
  const asking = await meet(c, deps)
  if (isRefusal(asking)) return answerRefusal(c, asking)
  const panel = panelOf(deps.registry, asking.system, asking.node)
  return isRefusal(panel) ? answerRefusal(c, panel) : c.json(showPanel(panel))
}

/** The cloud node's own serial number counts where the body names none. */
async function readSerialNumber(c: PanelContext): Promise<{ serialNumber?: string } | Refusal> {
  const body = await readBody(c.req.raw, most)
  if (isRefusal(body)) return body
  if (body.bytes.length === 0) return {}
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body.bytes))
  } catch {
    return refuse("json_malformed")
  }
  const given =
    typeof value === "object" && value !== null && "serialNumber" in value ? value.serialNumber : undefined
  if (given === undefined && typeof value === "object" && value !== null) return {}
  return typeof given === "string" && /^\S(.*\S)?$/.test(given) && given.length <= longestSerialNumber
    ? { serialNumber: given }
    : refuse("request_invalid", `serialNumber must be text of 1 to ${longestSerialNumber} characters.`)
}

async function register(c: PanelContext, deps: HttpDeps): Promise<Response> {
  const asking = await meet(c, deps, "manage")
  if (isRefusal(asking)) return answerRefusal(c, asking)
  const asked = await readSerialNumber(c)
  if (isRefusal(asked)) return answerRefusal(c, asked)
  const { by, system, node } = asking
  const { secret, secretHash } = deps.newSecret()
  const registered = new Date(deps.now()).toISOString()
  const panel = await deps.change(system, by, () =>
    registration(deps.registry, system, node, asked.serialNumber, secretHash, registered),
  )
  if (isRefusal(panel)) return answerRefusal(c, panel)
  c.header("Cache-Control", "no-store")
  return c.json({ ...showPanel(panel), key: secret }, 201)
}

async function unregister(c: PanelContext, deps: HttpDeps): Promise<Response> {
  const asking = await meet(c, deps, "manage")
  if (isRefusal(asking)) return answerRefusal(c, asking)
  const { by, system, node } = asking
  const refused = await deps.change(system, by, () => unregistration(deps.registry, system, node))
  return refused === undefined ? c.body(null, 204) : answerRefusal(c, refused)
}
