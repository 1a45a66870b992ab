/**
 * Dead letters: what intake refused of reports, kept for an operator to see and to replay, because it may have been a
 * real alarm. These are their shapes; it must not know where they are kept.
 */
import type { Refusal, RefusalCode } from "@doorstream/contract"
import type { Beside, Milliseconds, Sender, SystemId } from "./ports.js"

/** A report that was refused, as intake hands it over. */
export interface RefusedReport {
  readonly system: SystemId
  readonly cloudNode: string
  readonly by: Sender | undefined
  readonly report: unknown
  readonly refusal: Refusal
}

export interface DeadLetter {
  /** 1, 2, 3, … in its system. */
  readonly number: number
  readonly received: Milliseconds
  /** As it was named; there may be none of that id. */
  readonly cloudNode: string
  readonly by: Sender | null
  readonly topic: string | null
  readonly code: RefusalCode
  readonly message: string
  /** As it came; null where it is not kept. */
  readonly report: unknown
  /** Why the report is not kept: it was too large, or tells of somebody who was erased. */
  readonly without?: "size" | "erasure"
  /** How large the report was. */
  readonly bytes: number
  /** When it was replayed last, and refused again. */
  readonly tried?: Milliseconds
}

/** How a system's dead letters stand. */
export interface LetterStanding {
  readonly count: number
  /** What they take. */
  readonly bytes: number
  /** How many were let go of, since the beginning, because there were more than are kept. */
  readonly dropped: number
}

/** One by its number; or all, or those of a code, from the oldest on. */
export interface Which {
  readonly number?: number | undefined
  readonly code?: string | undefined
  readonly after?: number | undefined
}

export interface LetterPage {
  readonly letters: readonly DeadLetter[]
  /** From where to read on; null where nothing is left. */
  readonly next: number | null
}

/** Makes what becomes of letters one write with what somebody else writes about it; refused, nothing becomes of them. */
export type WriteBeside = (beside: Beside, numbers: readonly number[]) => Promise<object | void>

export interface Replayed {
  readonly accepted: readonly number[]
  readonly refused: readonly { readonly number: number; readonly refusal: Refusal }[]
  /** After which number to go on; null where all were replayed. */
  readonly next: number | null
}

/** A report of a letter goes through intake as if it came now; what is refused of it leaves no letter. */
export type ReplayReport = (system: SystemId, letter: DeadLetter) => Promise<Refusal | undefined>

export interface DeadLetters {
  /** Takes note; it is on disk within a second. Costs next to nothing, however often it is called. */
  keep(refused: RefusedReport): void
  standing(system: SystemId): LetterStanding
  /** Of all systems. */
  totals(): Pick<LetterStanding, "count" | "dropped">
  find(system: SystemId, number: number): DeadLetter | undefined
  /** The newest first. */
  list(system: SystemId, query: { code?: string; before?: number; most: number }): LetterPage
  /** Lets go of letters; how many those were. */
  drop(system: SystemId, which: Which, write: WriteBeside): Promise<number>
  /** Replays letters, a thousand at most; those that are accepted go. */
  replay(system: SystemId, which: Which, through: ReplayReport, write: WriteBeside): Promise<Replayed>
  /** Keeps no report any more that has one of these words in it. */
  redact(system: SystemId, words: readonly string[], write: WriteBeside): Promise<void>
}
