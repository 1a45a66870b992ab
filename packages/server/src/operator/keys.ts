/** The signing keys, as far as the operator has a say. */
import type { Hono } from "hono"
import { note } from "./change.js"
import type { OperatorDeps } from "./deps.js"

export function keyRoutes(app: Hono, deps: OperatorDeps): void {
  app.post("/keys/rotate", async (c) => {
    const kid = await deps.rotateKeys()
    await note(c, deps, undefined, [{ what: "keys.rotated", id: kid }])
    return c.json({ kid }, 201)
  })
}
