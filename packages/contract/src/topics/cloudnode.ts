/** Topics about cloud nodes: whether they are there, and what became of their entries in the registry. */
import { id, iso, isoSeconds, milliseconds, number, text, textList } from "../fields.js"
import { topic } from "./topic.js"

const registration = { id, name: text, serialNumber: text }

export const cloudnode = {
  "cloudnode.connected": topic({
    means: "A cloud node has come on line.",
    envelope: "presence",
    body: { serialNumber: text, timestamp: isoSeconds },
  }),
  "cloudnode.created": topic({
    means: "Somebody has added a cloud node to the system.",
    envelope: "entity",
    body: {
      id,
      name: text,
      description: text,
      serialNumber: text,
      timezone: text,
      cardFormat: textList,
      created: iso,
    },
  }),
  "cloudnode.deleted": topic({
    means: "Somebody has removed a cloud node from the system.",
    envelope: "entity",
    body: {
      id,
      name: text,
      serialNumber: text,
      locale: text,
      timezone: text,
      killTimer: number,
      offlinePolicy: number,
      cardFormat: textList,
      created: iso,
    },
  }),
  "cloudnode.disconnected": topic({
    means: "A cloud node has gone, or has been silent for too long.",
    envelope: "presence",
    body: { serialNumber: text, timestamp: milliseconds },
  }),
  "cloudnode.registered": topic({
    means: "A panel on the wall was tied to a cloud node of the system by its serial number.",
    envelope: "entity",
    body: registration,
  }),
  "cloudnode.unregistered": topic({
    means: "A cloud node's panel was set free again.",
    envelope: "entity",
    body: registration,
  }),
}
