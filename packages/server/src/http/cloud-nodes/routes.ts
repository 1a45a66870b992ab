/** The cloud nodes of a system and the devices behind them, to be read with any token of the system. */
import { isRefusal, refuse } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { answerRefusal } from "../answer.js"
import { enterSystem } from "../bearer.js"
import type { HttpDeps } from "../deps.js"
import { answerPage } from "../paging.js"
import { route } from "../route.js"
import { showCloudNode, showDevice } from "./shapes.js"

export function cloudNodeRoutes(app: Hono, deps: HttpDeps): void {
  route(app, "/:systemId/cloud-nodes", {
    GET: (c) => answerCloudNodes(c, deps, c.req.param("systemId")),
  })
  route(app, "/:systemId/cloud-nodes/:cloudNodeId/devices", {
    GET: (c) => answerDevices(c, deps, c.req.param("systemId"), c.req.param("cloudNodeId")),
  })
}

async function answerCloudNodes(c: Context, deps: HttpDeps, systemId: string) {
  const token = await enterSystem(c, deps, systemId)
  if (isRefusal(token)) return answerRefusal(c, token)
  return answerPage(c, deps.publicUrl(), deps.registry.list("cloudNode", systemId), showCloudNode)
}

async function answerDevices(c: Context, deps: HttpDeps, systemId: string, cloudNodeId: string) {
  const { registry } = deps
  const token = await enterSystem(c, deps, systemId)
  if (isRefusal(token)) return answerRefusal(c, token)
  if (registry.find("cloudNode", systemId, cloudNodeId) === undefined)
    return answerRefusal(c, refuse("cloud_node_unknown"))
  const devices = registry.list("device", systemId).filter((device) => device.cloudNodeId === cloudNodeId)
  return answerPage(c, deps.publicUrl(), devices, (device) =>
    showDevice(device, registry.find("connection", systemId, device.connectionId)),
  )
}
