/**
 * A listener whose grant is narrowed and widened at random while it falls behind, lapses and renews: of what happens, it
 * hears what its token grants at that moment, is told of what a token before would have shown, and nothing else ever
 * goes out.
 */
import type { Gap, TopicName } from "@doorstream/contract"
import fc from "fast-check"
import { expect, it } from "vitest"
import { openMeter } from "../core/meter.js"
import type { Log, Row } from "../core/ports.js"
import { openSubjects } from "../core/row-subjects.js"
import { wholeGrant, type Grant, type Verified } from "../core/verified.js"
import { makeView } from "../core/view.js"
import type { Foot } from "./foot.js"
import { Listener } from "./listener.js"
import { withCursors } from "./outgoing.js"
import { openTails } from "./tail.js"

const topics: readonly TopicName[] = ["device.input.dps.opened", "device.input.relay.on", "liveEvent"]

/** A log in memory, whose pages are short, and whose followers hear at once. */
function openLog() {
  const rows: Row[] = []
  let tell = (_: readonly Row[]): void => undefined
  const log: Pick<Log, "extent" | "read" | "follow"> = {
    extent: () => Promise.resolve({ epoch: "this", first: 1, last: rows.length }),
    read: (_, from) => {
      const page = rows.slice(from - 1, from + 1)
      return Promise.resolve({ rows: page, next: from + page.length, first: 1 })
    },
    follow: (_, heard) => {
      tell = heard
      return Promise.resolve({ last: rows.length, stop: () => undefined })
    },
  }
  const happens = (topic: TopicName): Row => {
    const row = {
      position: rows.length + 1,
      topic,
      text: `{"n":${rows.length + 1}}`,
      received: 0,
      reportId: "",
    }
    rows.push(row)
    tell([row])
    return row
  }
  return { log: log as Log, rows, happens }
}

type Heard = { readonly position: number } | { readonly gap: Gap } | "a pause"

const isGap = (heard: Heard): heard is { readonly gap: Gap } => heard !== "a pause" && "gap" in heard

/** What goes out, and by which grant. */
class Ear implements Foot {
  readonly form = withCursors("this")
  readonly heard: Heard[] = []
  readonly refused: unknown[] = []
  isFull = false
  #onDrained: (() => void)[] = []
  sent: (position: number) => void = () => undefined
  send: Foot["send"] = ({ events }) => {
    for (const { position } of events) {
      this.sent(position)
      this.heard.push({ position })
    }
  }
  say: Foot["say"] = (name, body) => {
    if (name === "stream.gap") this.heard.push({ gap: body as Gap })
    if (name === "invalidToken") this.caughtUp()
    if (name === "stream.refused") this.refused.push(body)
  }
  /** What is gathered is told by then. */
  caughtUp = (): void => void this.heard.push("a pause")
  note: Foot["note"] = () => undefined
  refuse: Foot["refuse"] = () => undefined
  congested = (): boolean => this.isFull
  drained = (): Promise<void> =>
    this.isFull ? new Promise((resolve) => this.#onDrained.push(resolve)) : Promise.resolve()
  close = (): void => undefined
  fill(isFull: boolean): void {
    this.isFull = isFull
    if (!isFull) for (const resolve of this.#onDrained.splice(0)) resolve()
  }
}

const life = 50

/** A listener in the hands of chance, with what it should have heard: told without marks and pages. */
class Story {
  readonly #log = openLog()
  readonly ear = new Ear()
  #now = 0
  #grant: Grant = wholeGrant
  #expiresAt = life
  /** Positions that it was owed or would have been shown when they happened, by the grants that would show them. */
  readonly due = new Map<number, boolean>()
  listener!: Listener

  async begin(): Promise<void> {
    const now = (): number => this.#now
    const { log } = this.#log
    const tailOf = openTails(log, { heard: () => undefined, now })
    const viewing = {
      system: "a",
      cloudNodeWith: () => undefined,
      subjectOf: openSubjects(),
      redact: <R>(_: string, row: R): R => row,
    }
    const reading = {
      log,
      tailOf,
      viewOf: ({ grant }: Verified) => makeView(grant, {}, viewing),
      objectionTo: () => undefined,
      select: () => ({}),
      stateOf: () => new Promise<never>(() => {}),
      meter: openMeter(),
      now,
      reminderEvery: 5000,
      expiringAhead: 10,
      topicsPerMessage: 100,
      messagesPerSecond: Infinity,
      replayBytesPerSecond: Infinity,
      stuckAfter: Infinity,
      fault: (error: unknown) => expect.fail(String(error)),
    }
    this.listener = new Listener(reading, await tailOf("a"), this.ear, this.#token)
    this.ear.sent = (position) => {
      expect(this.#isGranted(this.#grant, position)).toBe(true)
      expect(this.#now).toBeLessThan(this.#expiresAt)
    }
    await this.listener.subscribe({ topics: [...topics] }, () => undefined)
  }

  get #token(): Verified {
    const scopes = { scopes: ["listen" as const], systemId: "a", clientId: "c" }
    return { id: String(this.#expiresAt), ...scopes, grant: this.#grant, expiresAt: this.#expiresAt }
  }

  #isGranted(grant: Grant, position: number): boolean {
    return grant.topics === null || grant.topics.includes(this.#log.rows[position - 1]!.topic)
  }

  happens(topic: TopicName): void {
    this.#log.happens(topic)
  }

  waits(time: number): void {
    this.#now += time
  }

  renews(granted: readonly TopicName[] | null): void {
    // What happened under the grant before is claimed by it, as long as it was not heard.
    this.#claimsBefore()
    this.#grant = granted === null ? wholeGrant : { ...wholeGrant, topics: granted }
    this.#expiresAt = this.#now + life
    this.listener.renew(this.#token)
  }

  #from = 1

  /** Of each stretch of the log, what the grant of its time would show. */
  #claimsBefore(): void {
    for (; this.#from <= this.#log.rows.length; this.#from += 1)
      if (this.#isGranted(this.#grant, this.#from)) this.due.set(this.#from, true)
  }

  async turns(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve))
  }

  async ends(): Promise<void> {
    this.ear.fill(false)
    this.#claimsBefore()
    this.#expiresAt = Infinity
    this.listener.renew(this.#token)
    await this.turns(4 * this.#log.rows.length + 10)
    this.#holds()
  }

  /** In order, none twice; what is in no gap was heard, and each gap is of as many as it says. */
  #holds(): void {
    const { heard } = this.ear
    const positions = heard.flatMap((each) =>
      each !== "a pause" && "position" in each ? [each.position] : [],
    )
    expect(positions).toEqual([...new Set(positions)].toSorted((one, other) => one - other))
    const gaps = heard.flatMap((each) => (isGap(each) ? [each.gap] : []))
    const missing = [...this.due.keys()].filter((position) => !positions.includes(position))
    for (const position of missing)
      expect(gaps.some(({ from, to }) => from <= position && position <= to)).toBe(true)
    for (const { from, to, reason, count } of gaps) {
      expect(reason).toBe("scope")
      expect(positions.some((position) => from <= position && position <= to)).toBe(false)
      expect(count).toBeGreaterThanOrEqual(
        missing.filter((position) => from <= position && position <= to).length,
      )
      expect(count).toBeLessThanOrEqual(to - from + 1)
    }
    // In a row: no gap right after another.
    expect(heard.some((each, n) => n > 0 && isGap(each) && isGap(heard[n - 1]!))).toBe(false)
  }
}

type Step = (story: Story) => void | Promise<void>

const granted = fc.option(fc.subarray([...topics]), { nil: null })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(...topics).map(
      (topic): Step =>
        (story) =>
          story.happens(topic),
    ),
  },
  {
    weight: 2,
    arbitrary: granted.map(
      (to): Step =>
        (story) =>
          story.renews(to),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.boolean().map(
      (full): Step =>
        (story) =>
          story.ear.fill(full),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 60 }).map(
      (time): Step =>
        (story) =>
          story.waits(time),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 6 }).map(
      (count): Step =>
        (story) =>
          story.turns(count),
    ),
  },
)

const runs = process.env["DOORSTREAM_SOAK"] === "1" ? 100_000 : 1000

it("A listener is sent nothing that is not granted, and misses nothing that was without being told", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: "max" }), async (steps) => {
      const story = new Story()
      await story.begin()
      for (const take of steps) await take(story)
      await story.ends()
    }),
    { numRuns: runs, seed: 20_261_126 },
  )
}, 3_600_000)
