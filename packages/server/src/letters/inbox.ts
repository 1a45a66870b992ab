/**
 * Dead letters on their way to disk: as many as one write takes, and no more, so that no flood of refused reports is
 * kept, written out or even put into words. It must not know where they go.
 */
import type { DeadLetter, RefusedReport } from "../core/letters.js"
import type { Milliseconds, SystemId } from "../core/ports.js"

export type Unnumbered = Omit<DeadLetter, "number">

export interface Waiting {
  readonly letters: Unnumbered[]
  bytes: number
  /** How many found no room. */
  dropped: number
}

/** How many of one system wait, and how many bytes of reports. */
const mostWaiting = 250
const mostBytes = 1_000_000

/** The largest report that is kept. A cloud node's own are some hundred bytes. */
const largestReport = 16_384

const longestMessage = 1000
const longestTopic = 100

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text)

const topicOf = (report: unknown): string | null =>
  typeof report === "object" && report !== null && "topic" in report && typeof report.topic === "string"
    ? cut(report.topic, longestTopic)
    : null

/** Whether a report has one of the words as one of its texts. */
function hasText(text: string, words: ReadonlySet<string>): boolean {
  for (const [, found = ""] of text.matchAll(/"((?:[^"\\]|\\.)*)"/g)) if (words.has(found)) return true
  return false
}

/** What is nested without end cannot be put into words: it counts as larger than anything. */
function textOf(report: unknown): string {
  try {
    return JSON.stringify(report) ?? "null"
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return " ".repeat(largestReport + 1)
  }
}

/** @param erased the ids of holders who were erased: what names one is not kept */
function letterOf(
  { cloudNode, by, report, refusal }: RefusedReport,
  received: Milliseconds,
  erased: ReadonlySet<string>,
): Unnumbered {
  const text = textOf(report)
  const bytes = Buffer.byteLength(text)
  const without =
    bytes > largestReport ? "size" : erased.size > 0 && hasText(text, erased) ? "erasure" : undefined
  return {
    received,
    cloudNode: cut(cloudNode, 200),
    by: by === undefined ? null : { id: by.id, from: by.from },
    topic: topicOf(report),
    code: refusal.code,
    message: cut(refusal.message, longestMessage),
    report: without === undefined ? report : null,
    ...(without === undefined ? {} : { without }),
    bytes,
  }
}

export interface Inbox {
  put(refused: RefusedReport): void
  /** All that wait, which are then waiting no more. */
  take(): ReadonlyMap<SystemId, Waiting>
}

export function openInbox(
  now: () => Milliseconds,
  erasedIn: (system: SystemId) => ReadonlySet<string>,
): Inbox {
  let waiting = new Map<SystemId, Waiting>()
  return {
    put(refused) {
      const { system } = refused
      const own = waiting.get(system) ?? { letters: [], bytes: 0, dropped: 0 }
      waiting.set(system, own)
      if (own.letters.length >= mostWaiting || own.bytes >= mostBytes) own.dropped += 1
      else {
        const letter = letterOf(refused, now(), erasedIn(system))
        own.letters.push(letter)
        own.bytes += letter.report === null ? 0 : letter.bytes
      }
    },
    take() {
      const taken = waiting
      waiting = new Map()
      return taken
    },
  }
}
