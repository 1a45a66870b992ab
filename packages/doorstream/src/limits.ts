/** The settings that are limits, and how the server is told of them; and where it is measured. */
import type { ServerSettings } from "@doorstream/server"
import type { Settings } from "./settings.js"

export const readLimits = (settings: Settings): Pick<ServerSettings, "limits" | "metricsPort"> => ({
  limits: limitsOf(settings),
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
  topicsPerMessage: settings.DOORSTREAM_TOPICS_PER_MESSAGE,
  replayBytesPerSecond: settings.DOORSTREAM_REPLAY_PER_SECOND,
})
