/** What is told of the routes for listening. It must not know how they answer. */
import type { Told } from "../route.js"

const told = {
  about: "Listening",
  token: "system",
  scope: "listen",
} as const

const refused = [
  "subscription_invalid",
  "topic_unknown",
  "topic_not_granted",
  "too_many_topics",
  "after_invalid",
  "cursor_malformed",
  "cursor_ahead",
  "filter_invalid",
  "filter_unknown",
  "state_invalid",
  "too_many_connections",
  "server_full",
  "draining",
  "request_invalid",
  "fault",
] as const

export const toldOfStream: Told = {
  ...told,
  name: "streamEvents",
  summary: "Hear events as they happen (server-sent events)",
  more: "Each event is an `event` by its topic, with its body as `data` and its cursor as `id`. Whoever comes back with `Last-Event-ID`, as EventSource does by itself, reads on after that. Where something is gone `stream.gap` says so; `invalidToken` says that the token has expired: open another stream with a new one. Lines that begin with a colon show that the connection is there.\n\nThe token may stand in the URL, because EventSource sends no headers. One that has expired is answered 200 with `invalidToken`, and what will pass 200 with `stream.refused` to whoever accepts `text/event-stream`, because EventSource gives up for good on anything else.",
  parameters: [
    "topics",
    "after",
    "every",
    "ahead",
    "device",
    "cloudNode",
    "holder",
    "state",
    "token",
    "lastEventId",
  ],
  answers: { status: 200, what: "The stream, which does not end by itself.", type: "text/event-stream" },
  refused: [...refused, "interval_invalid", "ahead_invalid"],
}

export const toldOfEvents: Told = {
  ...told,
  name: "readEvents",
  summary: "Read events, or wait for them",
  more: "What happened after a cursor, in order. Ask again with the `cursor` of the answer; `Link` has the address. With `wait` an answer comes as soon as there is an event, and else when that time is over. Fewer events than `limit`, or none, is all that there was up to the cursor.",
  isCounted: true,
  parameters: ["topics", "after", "limit", "wait", "received", "device", "cloudNode", "holder"],
  answers: {
    status: 200,
    what: "The events, and where to read on.",
    schema: "EventsRead",
    orAs: "application/x-ndjson",
    isLinked: true,
  },
  also: [
    {
      status: 410,
      what: "Events are gone that were to be read; begin anew after the cursor.",
      schema: "EventsGone",
    },
  ],
  refused,
}

export const toldOfState: Told = {
  ...told,
  name: "readState",
  summary: "Read the state of doors and cloud nodes",
  more: "What every door and every cloud node is like, as of one `cursor`: read on from there, in any way of listening, for the changes after exactly that. What nobody knows yet, or the token does not grant, is null. `since` says since when each is so that is known.",
  isCounted: true,
  isVersioned: true,
  parameters: ["device", "cloudNode", "ifNoneMatch"],
  answers: { status: 200, what: "The state, and where to read on.", schema: "State" },
  refused: ["filter_invalid", "filter_unknown", "state_invalid", "fault"],
}
