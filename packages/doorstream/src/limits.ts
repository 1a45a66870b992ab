/** The settings that are limits, and how the server is told of them; and where it is measured. */
import type { ServerSettings } from "@doorstream/server"
import type { Settings } from "./settings.js"

export const readLimits = (settings: Settings): Pick<ServerSettings, "limits" | "metricsPort" | "nodes"> => ({
  limits: limitsOf(settings),
  nodes: {
    silence: settings.DOORSTREAM_NODE_SILENCE,
    reportsPerSecond: settings.DOORSTREAM_NODE_REPORTS_PER_SECOND,
  },
  ...(settings.DOORSTREAM_METRICS_PORT === undefined
    ? {}
    : { metricsPort: settings.DOORSTREAM_METRICS_PORT }),
})

const limitsOf = (settings: Settings): NonNullable<ServerSettings["limits"]> => ({
  connections: settings.DOORSTREAM_CONNECTIONS,
  connectionsPerAddress: settings.DOORSTREAM_CONNECTIONS_PER_ADDRESS,
  connectionsPerClient: settings.DOORSTREAM_CONNECTIONS_PER_CLIENT,
  requestsPerSecond: settings.DOORSTREAM_REQUESTS_PER_SECOND,
  tokensPerMinutePerAddress: settings.DOORSTREAM_TOKENS_PER_MINUTE_PER_ADDRESS,
  tokensPerMinutePerClient: settings.DOORSTREAM_TOKENS_PER_MINUTE_PER_CLIENT,
  callsPerSecondPerClient: settings.DOORSTREAM_REST_PER_SECOND_PER_CLIENT,
  messageSize: settings.DOORSTREAM_MESSAGE_SIZE,
  bodySize: settings.DOORSTREAM_BODY_SIZE,
  reportsPerRequest: settings.DOORSTREAM_REPORTS_PER_REQUEST,
  messagesPerSecond: settings.DOORSTREAM_MESSAGES_PER_SECOND,
  topicsPerMessage: settings.DOORSTREAM_TOPICS_PER_MESSAGE,
  replayBytesPerSecond: settings.DOORSTREAM_REPLAY_PER_SECOND,
  stuckAfter: settings.DOORSTREAM_STUCK_AFTER,
})
