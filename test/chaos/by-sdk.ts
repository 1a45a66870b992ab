/**
 * Listeners under the hostile network by the client of our own. Each has one loop, or one set of functions, for all of its
 * life: whatever befalls its connections, it must not notice.
 */
import { listen, on, type EventsByTopic, type ListenSettings } from "@doorstream/client"
import { systemId } from "../support/house.js"
import { Ear, type Calling, type Event, type Listener } from "./listener.js"

type Topic = keyof EventsByTopic

/** What listening is asked for here; it ends by the signal alone. */
function settingsOf(ear: Ear, signal: AbortSignal): ListenSettings {
  const { calling } = ear
  return {
    url: calling.url,
    systemId,
    signal,
    token: () => calling.tokens.fresh(),
    after: "earliest",
    heartbeat: 1000,
    reconnect: { least: 20, most: 300 },
    onGap: ({ body }) => ear.trouble(JSON.stringify(body)),
    onTrouble: () => undefined,
  }
}

/** A listener of which everything is heard in one go, as its user hears it. */
function listenBy(
  kind: string,
  calling: Calling,
  run: (settings: ListenSettings, topics: readonly Topic[], hear: Hear) => Promise<void>,
): Listener {
  const ear = new Ear(calling)
  const leaving = new AbortController()
  ear.connect()
  const hear: Hear = ({ topic, event, cursor }) => ear.hear(topic, event as Event, cursor)
  const settings = settingsOf(ear, leaving.signal)
  run(settings, calling.topics as readonly Topic[], hear).catch((error: unknown) =>
    ear.trouble(String(error)),
  )
  // It begins with the oldest event, so that nothing can be missed before it has begun.
  ear.begin()
  return { kind, ear, close: () => leaving.abort() }
}

type Hear = (heard: { readonly topic: string; readonly event: unknown; readonly cursor: string }) => void

/** By `for await`. */
export const listenByLoop = (calling: Calling): Listener =>
  listenBy("SDK, loop", calling, async (settings, topics, hear) => {
    for await (const event of listen({ ...settings, topics })) hear(event)
  })

/** By `on`. */
export const listenByFunctions = (calling: Calling): Listener =>
  listenBy("SDK, functions", calling, (settings, topics, hear) => {
    const hearers = Object.fromEntries(topics.map((topic) => [topic, hear]))
    return on(settings, hearers).ended
  })
