/** Tells that cloud nodes come and go, in the same write that keeps that it was told. It must not know how one is seen. */
import { refuse } from "@doorstream/contract"
import { composePresence } from "../core/compose.js"
import type { Milliseconds, Registry } from "../core/ports.js"
import type { TellPresence } from "../core/presence.js"

export const openPresence =
  (registry: Registry, now: () => Milliseconds): TellPresence =>
  async (system, id, connected, at) => {
    await registry.change(() => {
      const node = registry.find("cloudNode", system, id)
      if (node === undefined || registry.find("panel", system, id) === undefined)
        return refuse("panel_unregistered")
      const topic = connected ? "cloudnode.connected" : "cloudnode.disconnected"
      const events = composePresence(topic, node.serialNumber, new Date(at))
      return {
        changes: [{ kind: "presence", system, value: { id, connected, timestamp: at } }],
        events: { system, entries: [{ reportId: "", received: now(), events }] },
        answer: undefined,
      }
    })
  }
