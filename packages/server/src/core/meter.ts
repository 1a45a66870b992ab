/**
 * What is counted while the server works: plain numbers, which cost next to nothing, and are read when somebody asks.
 * It must not know who asks, nor in what form.
 */
import { topicNames, type RefusalCode, type TopicName } from "@doorstream/contract"

/** How measurements are spread: how many are at most each bound, above all of them last. */
export interface Spread {
  /** In ascending order. */
  readonly bounds: readonly number[]
  /** One more than there are bounds. */
  readonly counts: number[]
  sum: number
}

export const openSpread = (...bounds: readonly number[]): Spread => ({
  bounds,
  counts: Array.from({ length: bounds.length + 1 }, () => 0),
  sum: 0,
})

export function measure(spread: Spread, value: number): void {
  const { bounds, counts } = spread
  let index = 0
  while (index < bounds.length && value > bounds[index]!) index += 1
  counts[index]! += 1
  spread.sum += value
}

/** Limits by the names of their settings; the others are counted where they are kept. */
type MeteredLimit =
  | "messageSize"
  | "bodySize"
  | "reportsPerRequest"
  | "messagesPerSecond"
  | "topicsPerMessage"
  | "replayBytesPerSecond"
  | "stuckAfter"

/** How a command that was sent to a cloud node may end. */
export type CommandEnd = "done" | "refused" | "unanswered"

/** Seconds, all of them. */
export interface Meter {
  /** Events that were appended to the log. */
  readonly appended: Record<TopicName, number>
  /** Events that were sent, counted once for each listener. */
  readonly delivered: Record<TopicName, number>
  readonly refused: Map<RefusalCode, number>
  /** How often limits stood in the way that are kept by whom they are about. */
  readonly hits: Record<MeteredLimit, number>
  /** Reports that were accepted over node links. */
  reportsLinked: number
  /** Credits that were granted to cloud nodes. */
  creditsGranted: number
  /** Commands that were sent to cloud nodes, by how they ended. */
  readonly commands: Record<CommandEnd, number>
  /** From a command's sending until its cloud node has answered. */
  readonly commandAnswer: Spread
  /** From the append until it was flushed and heard. */
  readonly append: Spread
  /** Of the data folder, for whatever was written. */
  readonly flush: Spread
  /** From an event's arrival until it was given to all listeners at the tail. */
  readonly delivery: Spread
  /** How long before its arrival an event occurred, by its cloud node's clock. */
  readonly lateness: Spread
}

const perTopic = (): Record<TopicName, number> =>
  Object.fromEntries(topicNames.map((name) => [name, 0])) as Record<TopicName, number>

const latencies = (): Spread =>
  openSpread(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

export const openMeter = (): Meter => ({
  appended: perTopic(),
  delivered: perTopic(),
  refused: new Map(),
  hits: {
    messageSize: 0,
    bodySize: 0,
    reportsPerRequest: 0,
    messagesPerSecond: 0,
    topicsPerMessage: 0,
    replayBytesPerSecond: 0,
    stuckAfter: 0,
  },
  reportsLinked: 0,
  creditsGranted: 0,
  commands: { done: 0, refused: 0, unanswered: 0 },
  commandAnswer: latencies(),
  append: latencies(),
  flush: latencies(),
  delivery: latencies(),
  // Below zero a clock is ahead, without doubt. Above, it is behind, or the event came late.
  lateness: openSpread(-3600, -60, -10, -1, -0.1, 0, 0.1, 0.5, 1, 2, 10, 60, 600, 3600, 86_400),
})

export const countRefusal = ({ refused }: Meter, code: RefusalCode): void =>
  void refused.set(code, (refused.get(code) ?? 0) + 1)
