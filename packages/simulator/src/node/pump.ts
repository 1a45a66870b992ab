/**
 * Says what a cloud node has to say, as fast as the server grants credits, and keeps it until it was answered. It must not
 * know what is reported, nor how the link came about. PROTOCOL §16.6 to §16.9.
 */
import type { NodeMessage } from "@doorstream/contract"
import { Outbox, type Reported } from "./outbox.js"

export interface PumpOptions {
  readonly say: (message: NodeMessage) => void
  readonly steady: () => number
  /** Until a run of which nothing was kept is said again, in milliseconds. */
  readonly full: number
}

export class Pump {
  readonly #options: PumpOptions
  readonly #outbox = new Outbox()
  #isOpen = false
  #isStirred = false
  #credits = 0
  /** When each run was said that is not answered yet. */
  #saidAt: number[] = []
  /** The revision that was taken over on this link: only of that the server wants to hear here. */
  #taken: string | undefined
  /** Nothing is said until the server has room again. */
  #full: NodeJS.Timeout | undefined
  #settled: (() => void)[] = []

  constructor(options: PumpOptions) {
    this.#options = options
  }

  /** How many reports are not answered. */
  get waiting(): number {
    return this.#outbox.length
  }

  add(reports: readonly Reported[]): void {
    this.#outbox.add(reports)
    if (this.#isStirred) return
    // What is added one by one at a time goes out together.
    this.#isStirred = true
    queueMicrotask(() => {
      this.#isStirred = false
      this.#pump()
    })
  }

  took(revision: string): void {
    this.#taken = revision
  }

  /** Says after all that was added before that a revision has been taken over. */
  mark(revision: string): void {
    // A newer one is being taken over, or the server has heard of this one in a hello.
    if (revision === this.#taken) this.#outbox.mark(revision)
    this.#pump()
  }

  async settle(): Promise<void> {
    if (this.#outbox.length > 0) await new Promise<void>((resolve) => this.#settled.push(resolve))
  }

  open(): void {
    this.#isOpen = true
  }

  grant(credits: number): void {
    this.#credits += credits
    this.#pump()
  }

  /** A run was answered, report by report; tells when it was said. */
  answered(): number | undefined {
    this.#outbox.answered()
    if (this.#outbox.length === 0) for (const resolve of this.#settled.splice(0)) resolve()
    return this.#saidAt.shift()
  }

  /** A run that was not kept is said again, in its order, when what was said after it is answered. */
  wasRefused(): void {
    this.#saidAt.shift()
    this.#outbox.wasRefused()
    clearTimeout(this.#full)
    this.#waitForRoom()
  }

  /** The link is gone; what was not answered is said on the next one. */
  cut(closeCode: number): void {
    clearTimeout(this.#full)
    this.#full = undefined
    this.#isOpen = false
    this.#credits = 0
    this.#saidAt = []
    this.#taken = undefined
    this.#outbox.cut()
    if (closeCode === 1009) this.#outbox.sendSmallerFrames()
  }

  #waitForRoom(): void {
    this.#full = setTimeout(() => {
      if (!this.#outbox.isQuiet) return this.#waitForRoom()
      this.#full = undefined
      this.#outbox.again()
      this.#pump()
    }, this.#options.full)
  }

  #pump(): void {
    if (!this.#isOpen || this.#full !== undefined) return
    const { say, steady } = this.#options
    for (let next = this.#outbox.next(this.#credits); next !== undefined;) {
      if (next.synced === undefined) {
        this.#credits -= next.reports.length
        this.#saidAt.push(steady())
        say({ type: "reports", reports: next.reports })
      } else if (next.synced === this.#taken) say({ type: "synced", revision: next.synced })
      next = this.#outbox.next(this.#credits)
    }
  }
}
