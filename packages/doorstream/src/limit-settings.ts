/** The settings that keep one from taking what is there for all. It must not know how the limits are kept. */
import * as read from "./read-setting.js"
import { setting } from "./setting.js"

export const limitSettings = {
  DOORSTREAM_CONNECTIONS: setting({
    means: "How many connections there may be in all; this and every limit below may be off.",
    read: read.limit,
    otherwise: "20000",
  }),
  DOORSTREAM_CONNECTIONS_PER_ADDRESS: setting({
    means: "How many from one address (of IPv6: from one /64).",
    read: read.limit,
    otherwise: "4000",
  }),
  DOORSTREAM_CONNECTIONS_PER_CLIENT: setting({
    means: "How many of one API client.",
    read: read.limit,
    otherwise: "10000",
  }),
  DOORSTREAM_REQUESTS_PER_SECOND: setting({
    means:
      "How many requests a second from one address; ten seconds' worth may come at once. What belongs to an open connection is not counted.",
    read: read.limit,
    otherwise: "600",
  }),
  DOORSTREAM_TOKENS_PER_MINUTE_PER_ADDRESS: setting({
    means: "How many tokens a minute may be requested from one address.",
    read: read.limit,
    otherwise: "6000",
  }),
  DOORSTREAM_TOKENS_PER_MINUTE_PER_CLIENT: setting({
    means: "How many tokens a minute may be requested by one API client.",
    read: read.limit,
    otherwise: "6000",
  }),
  DOORSTREAM_REST_PER_SECOND_PER_CLIENT: setting({
    means:
      "How many REST requests a second one API client may make, tokens and reports aside; ten seconds' worth may come at once.",
    read: read.limit,
    otherwise: "200",
  }),
  DOORSTREAM_MESSAGES_PER_SECOND: setting({
    means:
      "How many messages a second on one open connection; ten seconds' worth may come at once. Whoever says more is read more slowly, and loses nothing.",
    read: read.limit,
    otherwise: "100",
  }),
  DOORSTREAM_TOPICS_PER_MESSAGE: setting({
    means: "How many topics one message of a listener may name.",
    read: read.limit,
    otherwise: "256",
  }),
  DOORSTREAM_REPLAY_PER_SECOND: setting({
    means: "How much a second one listener that is behind is sent from the log.",
    read: (text: string) => (text === "off" ? Infinity : read.size(text)),
    otherwise: "8MB",
  }),
  DOORSTREAM_STUCK_AFTER: setting({
    means: "How long a listener may take nothing of what waits for it before its connection is ended.",
    read: (text: string) => (text === "off" ? Infinity : read.duration(text)),
    otherwise: "5m",
  }),
}
