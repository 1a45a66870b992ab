/** The signing keys, as far as the operator has a say. */
import type { Hono } from "hono"
import type { OperatorDeps } from "./deps.js"

export function keyRoutes(app: Hono, { rotateKeys }: OperatorDeps): void {
  app.post("/keys/rotate", async (c) => c.json({ kid: await rotateKeys() }, 201))
}
