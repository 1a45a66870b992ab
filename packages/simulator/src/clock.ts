/**
 * Lets a building's time pass: as fast as the world, so many times faster, or as fast as the machine can. Whoever takes
 * what is sent sets the pace; where the machine cannot follow, the clock says so and goes slower, and nothing is lost.
 * It must not know what goes on in the building.
 */
import type { Building } from "./building/building.js"
import type { Sending } from "./building/lines.js"
import { wait } from "./wait.js"

export interface ClockOptions {
  readonly building: Pick<Building, "nextAt" | "advance"> & Partial<Pick<Building, "shift">>
  /** When the building's time begins, in milliseconds since 1970: that with which it was opened. */
  readonly from: number
  /** How many times faster than the world, from 0.01 to 100,000; `max` for as fast as the machine can. */
  readonly speed: number | "max"
  /** Takes what was sent, in order. The clock stands still until it resolves. */
  readonly take: (sent: readonly Sending[]) => void | Promise<void>
  /** Ends the run when it aborts. */
  readonly signal: AbortSignal
  /** Where the building's time ends; never, unless told. */
  readonly until?: number
  /**
   * The world's time, in milliseconds since 1970, of a building that lives in it. Where it jumps, because the machine slept
   * or somebody set its clock, life goes on where it was: nothing is made up for.
   */
  readonly world?: () => number
  /** Called when the clock begins to lag, with the speed that it did reach, and when it no longer does. */
  readonly onPace?: (pace: Pace) => void
  /** The real time in milliseconds, from any beginning; it never goes back. */
  readonly now?: () => number
  /** Waits for so many milliseconds of the real time, or until the signal aborts. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

export interface Pace {
  readonly lags: boolean
  readonly wished: number
  readonly reached: number
}

/** Does something in the building at a moment of its time, and gives what was sent until then. */
export type Deed = (at: number) => Sending[]

export interface Clock {
  /** The building's time at this moment, in milliseconds since 1970: before the run its beginning, after it its end. */
  at(): number
  /**
   * Does something now, as soon as what was sent before is taken. Resolves when what it caused was taken as well, and
   * rejects with what the deed throws, or with TimeEnded when the run has ended.
   */
  do(deed: Deed): Promise<void>
  /** Lets time pass until the signal aborts or `until` is reached. Rejects with what `take` rejects with. */
  run(): Promise<void>
}

/** So much is handed over at once, at most by the reports of a single moment more. */
const atOnce = 1_000
/** So late, in real milliseconds, the clock is set back to where the building is: it lags. */
const patience = 1_000
/** The longest sleep, in real milliseconds. */
const longestSleep = 1_000
/** At full speed the real world gets a turn after so many milliseconds. */
const turn = 50
/** The pace is looked at so often, in real milliseconds. */
const look = 5_000

interface Waiting {
  readonly deed: Deed
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** Nothing is done in the building any more. */
export class TimeEnded extends Error {
  override readonly name = "TimeEnded"
  constructor() {
    super("The building's time has ended.")
  }
}

/** @throws RangeError when the speed is out of range */
export function checkSpeed(speed: ClockOptions["speed"]): void {
  if (speed !== "max" && !(speed >= 0.01 && speed <= 100_000))
    throw new RangeError("The speed is a number from 0.01 to 100000, or max.")
}

/** @throws RangeError when the speed is out of range */
export function createClock(options: ClockOptions): Clock {
  checkSpeed(options.speed)
  return new BuildingClock(options)
}

class BuildingClock implements Clock {
  readonly #options: Required<Omit<ClockOptions, "world">> & Pick<ClockOptions, "world">
  /** How many times faster than the world. */
  readonly #speed: number
  /** At this real time it was that time in the building. */
  #began: { readonly real: number; readonly virtual: number }
  /** How far the building has come. */
  #reached: number
  readonly #waiting: Waiting[] = []
  #isRunning = false
  /** While what was sent is taken, it is as late as when it was sent. */
  #stands = false
  #hasEnded = false
  #wake: () => void = () => {}
  /** Since when the pace is measured, and how much of the real time since then was lost. */
  #measured: { readonly real: number; readonly virtual: number; readonly lost: boolean }
  #lags = false

  constructor(options: ClockOptions) {
    this.#options = {
      until: Infinity,
      onPace: () => {},
      now: () => performance.now(),
      sleep: wait,
      ...options,
    }
    this.#speed = options.speed === "max" ? Infinity : options.speed
    this.#reached = options.from
    this.#began = { real: this.#options.now(), virtual: options.from }
    this.#measured = { ...this.#began, lost: false }
  }

  at(): number {
    if (this.#speed === Infinity || !this.#isRunning || this.#stands) return this.#reached
    const passed = (this.#options.now() - this.#began.real) * this.#speed
    return Math.max(this.#reached, Math.floor(this.#began.virtual + passed))
  }

  async do(deed: Deed): Promise<void> {
    await new Promise<void>((done, failed) => {
      if (this.#hasEnded) throw new TimeEnded()
      this.#waiting.push({ deed, done, failed })
      this.#wake()
    })
  }

  async run(): Promise<void> {
    const { signal, until, now } = this.#options
    this.#isRunning = true
    this.#began = { real: now(), virtual: this.#reached }
    this.#measured = { ...this.#began, lost: false }
    try {
      while (!signal.aborted && this.#reached < until) {
        this.#followWorld()
        await this.#doWaiting()
        await this.#come(this.#speed === Infinity ? until : Math.min(until, this.#due()))
        this.#keepPace()
        if (this.#reached < until && this.#waiting.length === 0) await this.#rest()
      }
    } finally {
      this.#isRunning = false
      this.#hasEnded = true
      for (const { failed } of this.#waiting) failed(new TimeEnded())
    }
  }

  /** How far the building's time should be now. */
  #due(): number {
    return Math.floor(this.#began.virtual + (this.#options.now() - this.#began.real) * this.#speed)
  }

  #followWorld(): void {
    const { world, building } = this.#options
    const jumped = world === undefined ? 0 : Math.round(world() - this.#due())
    if (Math.abs(jumped) < patience) return
    building.shift?.(jumped)
    this.#reached += jumped
    this.#began = { ...this.#began, virtual: this.#began.virtual + jumped }
    this.#measured = { ...this.#measured, virtual: this.#measured.virtual + jumped }
  }

  async #doWaiting(): Promise<void> {
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      const at = Math.min(this.at(), this.#options.until)
      let sent: readonly Sending[]
      try {
        sent = waiting.deed(at)
      } catch (error) {
        waiting.failed(error)
        continue
      }
      this.#reached = at
      await this.#hand(sent, waiting)
    }
  }

  /** Where nobody takes it, whoever did it hears that, and the run ends. */
  async #hand(sent: readonly Sending[], { done, failed }: Waiting): Promise<void> {
    try {
      await this.#handOver(sent)
    } catch (error) {
      failed(error)
      throw error
    }
    done()
  }

  async #handOver(sent: readonly Sending[]): Promise<void> {
    if (sent.length === 0) return
    this.#stands = true
    await this.#options.take(sent)
    this.#stands = false
  }

  /** Comes as far as that, or until much was sent or the world should have its turn; what was sent is handed over. */
  async #come(target: number): Promise<void> {
    const { building, now } = this.#options
    const began = now()
    const sent: Sending[] = []
    while (sent.length < atOnce && now() - began < turn) {
      const next = building.nextAt()
      if (next > target || next === Infinity) {
        if (target !== Infinity) this.#reached = Math.max(this.#reached, target)
        break
      }
      for (const sending of building.advance(next)) sent.push(sending)
      this.#reached = Math.max(this.#reached, next)
    }
    await this.#handOver(sent)
  }

  /** Where the building is too far behind, the clock is set back to it: time goes slower, and nothing is left out. */
  #keepPace(): void {
    if (this.#speed === Infinity) return
    const { now, onPace } = this.#options
    const real = now()
    const isLate = this.#due() - this.#reached > patience * this.#speed
    if (isLate) {
      this.#began = { real, virtual: this.#reached }
      this.#measured = { ...this.#measured, lost: true }
    }
    if (real - this.#measured.real < look && (this.#lags || !isLate)) return
    const { lost } = this.#measured
    const reached = (this.#reached - this.#measured.virtual) / Math.max(1, real - this.#measured.real)
    if (lost !== this.#lags) onPace({ lags: lost, wished: this.#speed, reached })
    this.#lags = lost
    this.#measured = { real, virtual: this.#reached, lost: false }
  }

  /** Until something happens or is to be done; at full speed only for a turn of everybody else's. */
  async #rest(): Promise<void> {
    const { building, signal, sleep, until } = this.#options
    const next = Math.min(building.nextAt(), until)
    const left = this.#speed !== Infinity ? (next - this.#due()) / this.#speed : next === Infinity ? next : 0
    const milliseconds = Math.min(longestSleep, Math.max(0, Math.ceil(left)))
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    await sleep(milliseconds, AbortSignal.any([signal, woken.signal]))
    this.#wake = () => {}
  }
}
