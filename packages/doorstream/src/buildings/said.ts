/** What is said over a building's socket: one line of JSON each way. It must not know sockets. */
import { isTopicName, type TopicName } from "@doorstream/contract"
import type { Triggered } from "@doorstream/simulator"

export type Question =
  | { readonly ask: "who" }
  | { readonly ask: "trigger"; readonly topic: TopicName; readonly door?: string }

export interface Who {
  readonly systemId: string
}

/** What went wrong at the other end, in words. */
interface Fault {
  readonly fault: string
}

export type Said = Who | Triggered | Fault

/** The most characters of a question or an answer. */
export const longestLine = 64 * 1024

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null

/** Undefined where it is no question. */
export function readQuestion(line: string): Question | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  const { ask, topic, door } = value
  if (ask === "who") return { ask }
  if (ask !== "trigger" || !isTopicName(topic)) return undefined
  if (door === undefined) return { ask, topic }
  return typeof door === "string" ? { ask, topic, door } : undefined
}
