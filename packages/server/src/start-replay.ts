/**
 * A server that replays a past: events are appended to its log as they were, and heard as every listener hears. It must
 * not know where the past comes from, nor how fast it goes.
 */
import type { System, TopicName } from "@doorstream/contract"
import type { ListenerStanding } from "./core/connected.js"
import type { ApiClient, Change, Milliseconds, Position } from "./core/ports.js"
import { startServer, type RunningServer } from "./main.js"
import type { Logger, Replayed, ServerSettings } from "./settings.js"

export interface ReplaySettings {
  /** On loopback; 0 takes a free one. */
  readonly port: number
  /** An empty folder, which stays the caller's to remove. */
  readonly dataFolder: string
  readonly system: System
  /** The API client that listens, as it is where the past is from. */
  readonly client: ApiClient
  /** What else the registry answers. */
  readonly building: readonly Change[]
  /** In seconds. */
  readonly systemTokenLifetime: number
  readonly version: string
}

/** An event as it happened. */
export interface Happened {
  readonly topic: TopicName
  /** As JSON, exactly as it goes out. */
  readonly text: string
}

/** Those who listen, as far as it matters for how fast the past may go. */
export interface Audience {
  /** How many have subscribed. */
  readonly listeners: number
  /** How many positions the slowest of those is behind who may hear. */
  readonly behind: Position
  /** How many wait for a token of theirs to be renewed. */
  readonly waiting: number
}

export interface RunningReplay extends Pick<RunningServer, "url" | "close"> {
  /** Resolves once they are on disk, and with those who are at the tail. */
  append(happened: readonly Happened[]): Promise<void>
  audience(): Audience
}

const day: Milliseconds = 86_400_000

const settingsOf = (settings: ReplaySettings): ServerSettings => ({
  host: "127.0.0.1",
  port: settings.port,
  dataFolder: settings.dataFolder,
  systemTokenLifetime: settings.systemTokenLifetime,
  expiredTokenGrace: 30 * day,
  keyAge: 90 * day,
  diskReserve: 0,
  retention: { age: Infinity, bytes: Infinity },
  heartbeat: { interval: 25_000, timeout: 20_000 },
  demo: {
    client: settings.client,
    building: [{ kind: "system", system: "", value: settings.system }, ...settings.building],
  },
})

function audienceOf(standings: readonly ListenerStanding[]): Audience {
  const subscribed = standings.filter(({ topics }) => topics > 0)
  const reading = subscribed.filter(({ at }) => at !== "waiting")
  return {
    listeners: subscribed.length,
    behind: Math.max(0, ...reading.map(({ behind }) => behind)),
    waiting: subscribed.length - reading.length,
  }
}

/**
 * Starts one, with nothing in its log.
 *
 * @throws where the port is taken (`EADDRINUSE`)
 * @example const replay = await startReplay(settings, logger); await replay.append([{ topic, text }])
 */
export async function startReplay(settings: ReplaySettings, logger: Logger): Promise<RunningReplay> {
  const { id } = settings.system
  let house: Replayed | undefined
  const { url, close } = await startServer(settingsOf(settings), logger, {
    version: settings.version,
    replay: (replayed) => (house = replayed),
  })
  const { log, connected } = house!
  return {
    url,
    close,
    append: async (happened) => {
      const received = Date.now()
      // Each for itself: what was heard together then is heard together now, and nothing is taken for a double.
      const entries = happened.map((event) => ({ reportId: "", received, events: [event] }))
      if (entries.length > 0) await log.append(id, entries)
    },
    audience: () => audienceOf(connected.standings()),
  }
}
