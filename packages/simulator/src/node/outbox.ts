/**
 * What a cloud node has to say of itself, in its order: each report until it was answered, and after which of them it is
 * synced. It must not know what is reported, nor sockets.
 */
import { linkFrameBytes } from "@doorstream/contract"

export interface Reported {
  readonly id: string
}

/** That it has taken over a revision, to be said after all that stands before. */
interface Mark {
  readonly synced: string
}

type Entry = { readonly report: Reported; readonly bytes: number } | Mark

/** What stands in one frame. */
export type Next =
  | { readonly reports: readonly Reported[]; readonly synced?: undefined }
  | { readonly synced: string }

const isMark = (entry: Entry): entry is Mark => "synced" in entry
/** Around the reports of a frame, and with each of them. */
const around = 64
/** With fewer credits a run waits for the answer to the one before: else runs become short, and stay so. */
const worthARun = 200
/** The server takes up one after the other, so more would only be shorter ones. */
const mostUnderWay = 4
const leastBytes = 4_096

export class Outbox {
  /** Not said on this link yet; the first `#taken` of them are gone. */
  #waiting: Entry[] = []
  #taken = 0
  /** What was said on this link, a frame each, and is not answered. */
  #underWay: (readonly Entry[])[] = []
  /** Of runs of which nothing was kept. */
  #refused: Entry[] = []
  #frameBytes = linkFrameBytes
  #reports = 0

  /** How many reports are not answered. */
  get length(): number {
    return this.#reports
  }

  /** Whether all that was said is answered. */
  get isQuiet(): boolean {
    return this.#underWay.length === 0
  }

  add(reports: readonly Reported[]): void {
    for (const report of reports)
      this.#waiting.push({ report, bytes: Buffer.byteLength(JSON.stringify(report)) + 1 })
    this.#reports += reports.length
  }

  mark(synced: string): void {
    this.#waiting.push({ synced })
  }

  /** What is to be said now: as many reports as there are credits for and a frame holds. */
  next(credits: number): Next | undefined {
    const first = this.#waiting[this.#taken]
    if (first === undefined || (!isMark(first) && !this.#isWorthIt(credits))) return undefined
    if (isMark(first)) {
      this.#take([first])
      this.#takeMarks()
      return { synced: first.synced }
    }
    const run: Exclude<Entry, Mark>[] = []
    for (let bytes = around; run.length < credits;) {
      const entry = this.#waiting[this.#taken + run.length]
      if (entry === undefined || isMark(entry)) break
      bytes += entry.bytes
      if (bytes > this.#frameBytes && run.length > 0) break
      run.push(entry)
    }
    this.#take(run)
    return { reports: run.map(({ report }) => report) }
  }

  /** The oldest run under way was answered, report by report. */
  answered(): number {
    const run = this.#underWay.shift() ?? []
    this.#reports -= run.length
    this.#takeMarks()
    return run.length
  }

  /** Of the oldest run under way nothing was kept. */
  wasRefused(): void {
    this.#refused.push(...(this.#underWay.shift() ?? []))
    // A mark after it is said again after it.
    for (const mark of this.#takeMarks()) this.#refused.push(mark)
  }

  /** What was refused is to be said again, before anything newer. Nothing may be under way. */
  again(): void {
    this.#putBack(this.#refused)
    this.#refused = []
  }

  /** The link is gone: what was not answered is said again on the next one, in its order. */
  cut(): void {
    this.#putBack([...this.#refused, ...this.#underWay.flat()])
    this.#refused = []
    this.#underWay = []
  }

  /** A frame was too large for the server. */
  sendSmallerFrames(): void {
    this.#frameBytes = Math.max(leastBytes, Math.floor(this.#frameBytes / 2))
  }

  #isWorthIt(credits: number): boolean {
    if (this.isQuiet) return credits > 0
    if (this.#underWay.length >= mostUnderWay) return false
    return credits >= Math.min(worthARun, this.#waiting.length - this.#taken)
  }

  #take(entries: readonly Entry[]): void {
    this.#underWay.push(entries)
    this.#taken += entries.length
    if (this.#taken < 1_000 || this.#taken * 2 < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#taken)
    this.#taken = 0
  }

  /** Where everything before a mark is answered, nothing will say it again. */
  #takeMarks(): Entry[] {
    const marks: Entry[] = []
    for (let [first] = this.#underWay; first?.every(isMark) === true; [first] = this.#underWay) {
      marks.push(...first)
      this.#underWay.shift()
    }
    return marks
  }

  #putBack(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    this.#waiting = [...entries, ...this.#waiting.slice(this.#taken)]
    this.#taken = 0
  }
}
