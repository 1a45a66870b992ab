/** What every engine of the log must do. An engine's own test runs it; this knows none of them. */
import fc from "fast-check"
import { afterEach, describe, expect, it } from "vitest"
import type { Entry, Log, Position, Row, SystemId } from "../core/ports.js"

export interface OpenedLog {
  readonly log: Log
  /** Closes the log and opens it again, as after a restart. */
  reopen(): Promise<Log>
  /** Closes the log for good and leaves nothing behind. */
  close(): Promise<void>
}

const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const another = "5e1f2c9a-90c4-4f0e-8d67-0d7a5f3b1c22"
const generous = { rows: 1000, milliseconds: 1000 }

/** An entry of as many events as there are texts. */
const entry = (reportId: string, ...texts: string[]): Entry => ({
  reportId,
  received: 1_700_000_000_000,
  events: (texts.length === 0 ? [`"${reportId}"`] : texts).map((text) => ({
    topic: "device.input.dps.opened",
    text,
  })),
})

const readAll = async (log: Log, of: SystemId, rowsAtOnce = 1000): Promise<Row[]> => {
  const { first, last } = await log.extent(of)
  const rows: Row[] = []
  for (let at = first; at <= last;) {
    const page = await log.read(of, at, { ...generous, rows: rowsAtOnce })
    rows.push(...page.rows)
    at = page.next
  }
  return rows
}

const positions = (rows: readonly Row[]): Position[] => rows.map(({ position }) => position)
const ids = (rows: readonly Row[]): string[] => rows.map(({ reportId }) => reportId)
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

export function logSuite(name: string, open: () => Promise<OpenedLog>): void {
  let opened: OpenedLog[] = []
  const openLog = async (): Promise<OpenedLog> => {
    const log = await open()
    opened.push(log)
    return log
  }
  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close()
    opened = []
  })

  describe(`Appending to the ${name} log`, () => {
    it("gives the positions 1, 2, 3, … without holes", async () => {
      const { log } = await openLog()
      expect(await log.append(system, [entry("a"), entry("b")])).toEqual([
        { position: 1, repeated: false },
        { position: 2, repeated: false },
      ])
      expect(await log.append(system, [entry("c")])).toEqual([{ position: 3, repeated: false }])
      expect(ids(await readAll(log, system))).toEqual(["a", "b", "c"])
    })

    it("gives an entry of two events two positions, and its id to the first of them", async () => {
      const { log } = await openLog()
      const appended = await log.append(system, [entry("a", "1", "2"), entry("b"), entry("", "3", "4")])
      expect(appended.map(({ position }) => position)).toEqual([1, 3, 4])
      expect(ids(await readAll(log, system))).toEqual(["a", "", "b", "", ""])
    })

    it("does nothing when there are no entries", async () => {
      const { log } = await openLog()
      expect(await log.append(system, [])).toEqual([])
      expect(await log.extent(system)).toMatchObject({ first: 1, last: 0 })
    })

    it("answers an id that repeats with its old position: in one call, later, and after reopening", async () => {
      const { log, reopen } = await openLog()
      const [first, second] = await log.append(system, [entry("a", "1", "2"), entry("a"), entry("b")])
      expect([first, second]).toEqual([
        { position: 1, repeated: false },
        { position: 1, repeated: true },
      ])
      expect(await log.append(system, [entry("b"), entry("c")])).toEqual([
        { position: 3, repeated: true },
        { position: 4, repeated: false },
      ])
      const reopened = await reopen()
      expect(await reopened.append(system, [entry("a"), entry("d")])).toEqual([
        { position: 1, repeated: true },
        { position: 5, repeated: false },
      ])
      expect(ids(await readAll(reopened, system))).toEqual(["a", "", "b", "c", "d"])
    })

    it("takes an id once when it comes twice at the same time", async () => {
      const { log } = await openLog()
      const answers = await Promise.all([log.append(system, [entry("a")]), log.append(system, [entry("a")])])
      expect(answers.flat().map(({ repeated }) => repeated)).toEqual([false, true])
      expect(await log.extent(system)).toMatchObject({ last: 1 })
    })

    it("never takes entries without an id for the same", async () => {
      const { log } = await openLog()
      await log.append(system, [entry("", "1"), entry("", "1")])
      expect(await log.extent(system)).toMatchObject({ last: 2 })
    })

    it("keeps the order in which it was asked, however many ask at the same time", async () => {
      const { log } = await openLog()
      const asked = upTo(500).map(String)
      const answers = await Promise.all(asked.map((id) => log.append(system, [entry(id)])))
      expect(answers.flat().map(({ position }) => position)).toEqual(upTo(500))
      expect(ids(await readAll(log, system))).toEqual(asked)
    })

    it("keeps systems apart, also those whose ids are no UUIDs", async () => {
      const { log, reopen } = await openLog()
      const systems = [system, another, system.toUpperCase(), "a system", "café", ""]
      await Promise.all(systems.map((of) => log.append(of, [entry("same"), entry(`of ${of}`)])))
      const reopened = await reopen()
      for (const of of systems) expect(ids(await readAll(reopened, of))).toEqual(["same", `of ${of}`])
    })
  })

  describe(`Reading the ${name} log`, () => {
    it("goes on in pages of as many rows as are asked for", async () => {
      const { log } = await openLog()
      await log.append(
        system,
        upTo(7).map((id) => entry(String(id))),
      )
      const page = await log.read(system, 3, { rows: 3, milliseconds: 1000 })
      expect([positions(page.rows), page.next, page.first]).toEqual([[3, 4, 5], 6, 1])
      const rest = await log.read(system, page.next, { rows: 3, milliseconds: 1000 })
      expect([positions(rest.rows), rest.next]).toEqual([[6, 7], 8])
    })

    it("looks at one row at least, however little time there is", async () => {
      const { log } = await openLog()
      await log.append(system, [entry("a"), entry("b")])
      const page = await log.read(system, 1, { rows: 10, milliseconds: 0 })
      expect([positions(page.rows), page.next]).toEqual([[1], 2])
    })

    it("finds nothing beyond the end, and stays where it was asked to begin", async () => {
      const { log } = await openLog()
      await log.append(system, [entry("a")])
      expect(await log.read(system, 2, generous)).toEqual({ rows: [], next: 2, first: 1 })
      expect(await log.read(system, 9, generous)).toEqual({ rows: [], next: 9, first: 1 })
      expect(await log.read(another, 1, generous)).toEqual({ rows: [], next: 1, first: 1 })
    })

    it("begins with the oldest row when it is asked for an earlier one", async () => {
      const { log } = await openLog()
      await log.append(system, [entry("a")])
      expect(positions((await log.read(system, 0, generous)).rows)).toEqual([1])
    })

    it("finds a system as it stood, under the same epoch, after reopening", async () => {
      const { log, reopen } = await openLog()
      await log.append(system, [entry("a"), entry("b", "1", "2")])
      const before = await log.extent(system)
      expect(before).toEqual({ epoch: expect.stringMatching(/./), first: 1, last: 3 })
      expect(await (await reopen()).extent(system)).toEqual(before)
    })

    it("gives each system an epoch of its own, also one that nobody appended to", async () => {
      const { log, reopen } = await openLog()
      const untouched = await log.extent(system)
      expect(untouched).toMatchObject({ first: 1, last: 0 })
      expect((await log.extent(another)).epoch).not.toBe(untouched.epoch)
      expect(await (await reopen()).extent(system)).toEqual(untouched)
    })
  })

  describe(`Following the ${name} log`, () => {
    it("hears every row after it began, once and in order, in the midst of appends", async () => {
      const { log } = await openLog()
      const heard: Row[] = []
      const appends = upTo(100).map((id) => log.append(system, [entry(String(id))]))
      await appends[0]
      const more = upTo(100).map((id) => log.append(system, [entry(`more ${id}`)]))
      const { last } = await log.follow(system, (rows) => heard.push(...rows))
      await Promise.all([...appends, ...more, log.append(system, [entry("last", "1", "2")])])
      expect(heard).toEqual((await readAll(log, system)).slice(last))
      expect(positions(heard).at(-1)).toBe(202)
    })

    it("has heard a row before its append resolves, and finds it in the log by then", async () => {
      const { log } = await openLog()
      const told: string[] = []
      const found: Promise<Position>[] = []
      await log.follow(system, (rows) => {
        told.push(...ids(rows))
        found.push(log.extent(system).then(({ last }) => last))
      })
      await log.append(system, [entry("a")]).then(() => told.push("resolved"))
      expect(told).toEqual(["a", "resolved"])
      expect(await Promise.all(found)).toEqual([1])
    })

    it("hears only its system, nothing that repeats, and nothing after it stopped", async () => {
      const { log } = await openLog()
      const heard: string[] = []
      const following = await log.follow(system, (rows) => heard.push(...ids(rows)))
      await log.append(another, [entry("another's")])
      await log.append(system, [entry("a")])
      await log.append(system, [entry("a")])
      following.stop()
      await log.append(system, [entry("b")])
      expect(heard).toEqual(["a"])
    })

    it("hears nothing twice when it begins while another is told", async () => {
      const { log } = await openLog()
      const heard: Position[] = []
      let joining: Promise<{ last: Position }> | undefined
      await log.follow(system, () => {
        joining ??= log.follow(system, (rows) => heard.push(...positions(rows)))
      })
      await log.append(system, [entry("a")])
      const joined = await joining
      await log.append(system, [entry("b"), entry("c")])
      expect(heard).toEqual([1, 2, 3].slice(joined?.last))
      expect(heard).toContain(3)
    })
  })

  describe(`The ${name} log`, () => {
    const text = fc.jsonValue().map((value) => JSON.stringify(value))
    const reportId = fc.oneof(
      fc.constantFrom("", "1", "2", "3"),
      fc.string({ unit: "binary", maxLength: 128 }),
    )
    const anEntry = fc
      .tuple(reportId, fc.integer({ min: 0 }), fc.array(text, { minLength: 1, maxLength: 2 }))
      .map(([id, received, texts]): Entry => ({ ...entry(id, ...texts), received }))
    const calls = fc.array(fc.tuple(fc.constantFrom(system, another), fc.array(anEntry, { maxLength: 4 })), {
      maxLength: 5,
    })

    it("keeps what any appends, many at once and over restarts, say it should", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(calls, { maxLength: 4 }),
          fc.integer({ min: 1, max: 4 }),
          async (rounds, rowsAtOnce) => {
            const { log, reopen, close } = await open()
            try {
              const expected = new Map<SystemId, Row[]>([system, another].map((of) => [of, []]))
              let current = log
              for (const round of rounds) {
                const answers = await Promise.all(round.map(([of, entries]) => current.append(of, entries)))
                expect(answers).toEqual(
                  round.map(([of, entries]) => entries.map((one) => appendTo(expected.get(of) ?? [], one))),
                )
                current = await reopen()
              }
              for (const [of, rows] of expected) expect(await readAll(current, of, rowsAtOnce)).toEqual(rows)
            } finally {
              await close()
            }
          },
        ),
        { numRuns: 40 },
      )
    })
  })
}

/** What a log is, in the fewest words. */
function appendTo(
  rows: Row[],
  { reportId, received, events }: Entry,
): { position: Position; repeated: boolean } {
  const known = rows.find((row) => reportId !== "" && row.reportId === reportId)
  if (known !== undefined) return { position: known.position, repeated: true }
  const position = rows.length + 1
  rows.push(
    ...events.map((event, index) => ({
      ...event,
      position: position + index,
      received,
      reportId: index === 0 ? reportId : "",
    })),
  )
  return { position, repeated: false }
}
