/** Topics about a cloud node's controllers taking over what the cloud node was told. */
import { id, text } from "../fields.js"
import { topic, type ReportedTopic } from "./topic.js"

const controller = { connectionId: id, address: text, type: text }

const endpointTopic = (means: string): ReportedTopic<typeof controller, readonly []> =>
  topic({ means, envelope: "report", body: controller, embeds: [], cloudNode: "name first" })

export const endpoint = {
  "endpoint.sync.finished": endpointTopic("One controller has taken over all it was sent."),
  "endpoint.sync.finished.all": endpointTopic(
    "Every controller of the cloud node has taken over what it was sent.",
  ),
  "endpoint.sync.started": endpointTopic("One controller has begun to take over what it is sent."),
}
