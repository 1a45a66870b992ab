/** Topics about a cloud node being up to date with the registry, or not. */
import { milliseconds, text } from "../fields.js"
import { topic } from "./topic.js"

export const sync = {
  "sync.not_synced": topic({
    means: "The registry knows something that the cloud node does not know yet.",
    envelope: "sync",
    details: { dataFlowStatus: text, timestamp: milliseconds },
  }),
  "sync.synced": topic({
    means: "The cloud node knows all that the registry knows.",
    envelope: "sync",
    details: { timestamp: milliseconds },
  }),
}
