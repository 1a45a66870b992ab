/** What every engine of the log must do. An engine's own test runs it; this knows none of them. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Entry, Log, Position, Row, SystemId } from "../core/ports.js"

export interface OpenedLog {
  readonly log: Log
  /** Closes the log and opens it again, as after a restart. */
  reopen(): Promise<Log>
  /** Closes the log for good and leaves nothing behind. */
  close(): Promise<void>
}

/** What must be so, by what a test says of it. Each is given a log of its own. */
type Cases = Readonly<Record<string, (opened: OpenedLog) => Promise<void>>>

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

const appending: Cases = {
  async "gives the positions 1, 2, 3, … without holes"({ log }) {
    expect(await log.append(system, [entry("a"), entry("b")])).toEqual([
      { position: 1, repeated: false },
      { position: 2, repeated: false },
    ])
    expect(await log.append(system, [entry("c")])).toEqual([{ position: 3, repeated: false }])
    expect(ids(await readAll(log, system))).toEqual(["a", "b", "c"])
  },

  async "gives an entry of two events two positions, and its id to the first of them"({ log }) {
    const appended = await log.append(system, [entry("a", "1", "2"), entry("b"), entry("", "3", "4")])
    expect(appended.map(({ position }) => position)).toEqual([1, 3, 4])
    expect(ids(await readAll(log, system))).toEqual(["a", "", "b", "", ""])
  },

  async "does nothing when there are no entries"({ log }) {
    expect(await log.append(system, [])).toEqual([])
    expect(await log.extent(system)).toMatchObject({ first: 1, last: 0 })
  },

  async "answers an id that repeats with its old position: in one call, later, and after reopening"({
    log,
    reopen,
  }) {
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
  },

  async "takes an id once when it comes twice at the same time"({ log }) {
    const answers = await Promise.all([log.append(system, [entry("a")]), log.append(system, [entry("a")])])
    expect(answers.flat().map(({ repeated }) => repeated)).toEqual([false, true])
    expect(await log.extent(system)).toMatchObject({ last: 1 })
  },

  async "never takes entries without an id for the same"({ log }) {
    await log.append(system, [entry("", "1"), entry("", "1")])
    expect(await log.extent(system)).toMatchObject({ last: 2 })
  },

  async "keeps the order in which it was asked, however many ask at the same time"({ log }) {
    const asked = upTo(500).map(String)
    const answers = await Promise.all(asked.map((id) => log.append(system, [entry(id)])))
    expect(answers.flat().map(({ position }) => position)).toEqual(upTo(500))
    expect(ids(await readAll(log, system))).toEqual(asked)
  },

  async "keeps systems apart, also those whose ids are no UUIDs"({ log, reopen }) {
    const systems = [system, another, system.toUpperCase(), "a system", "café", ""]
    await Promise.all(systems.map((of) => log.append(of, [entry("same"), entry(`of ${of}`)])))
    const reopened = await reopen()
    for (const of of systems) expect(ids(await readAll(reopened, of))).toEqual(["same", `of ${of}`])
  },
}

const reading: Cases = {
  async "goes on in pages of as many rows as are asked for"({ log }) {
    await log.append(
      system,
      upTo(7).map((id) => entry(String(id))),
    )
    const page = await log.read(system, 3, { rows: 3, milliseconds: 1000 })
    expect([positions(page.rows), page.next, page.first]).toEqual([[3, 4, 5], 6, 1])
    const rest = await log.read(system, page.next, { rows: 3, milliseconds: 1000 })
    expect([positions(rest.rows), rest.next]).toEqual([[6, 7], 8])
  },

  async "looks at one row at least, however little time there is"({ log }) {
    await log.append(system, [entry("a"), entry("b")])
    const page = await log.read(system, 1, { rows: 10, milliseconds: 0 })
    expect([positions(page.rows), page.next]).toEqual([[1], 2])
  },

  async "finds texts of any length as they were, characters of every width among them"({ log, reopen }) {
    const texts = [1, 2000, 40_000, 300_000].map((length) => JSON.stringify("aé€😀\n".repeat(length)))
    await log.append(
      system,
      texts.map((one, index) => entry(String(index), one)),
    )
    expect((await readAll(await reopen(), system)).map(({ text }) => text)).toEqual(texts)
  },

  async "finds nothing beyond the end, and stays where it was asked to begin"({ log }) {
    await log.append(system, [entry("a")])
    expect(await log.read(system, 2, generous)).toEqual({ rows: [], next: 2, first: 1 })
    expect(await log.read(system, 9, generous)).toEqual({ rows: [], next: 9, first: 1 })
    expect(await log.read(another, 1, generous)).toEqual({ rows: [], next: 1, first: 1 })
  },

  async "begins with the oldest row when it is asked for an earlier one"({ log }) {
    await log.append(system, [entry("a")])
    expect(positions((await log.read(system, 0, generous)).rows)).toEqual([1])
  },

  async "finds a system as it stood, under the same epoch, after reopening"({ log, reopen }) {
    await log.append(system, [entry("a"), entry("b", "1", "2")])
    const before = await log.extent(system)
    expect(before).toEqual({ epoch: expect.stringMatching(/./), first: 1, last: 3 })
    expect(await (await reopen()).extent(system)).toEqual(before)
  },

  async "gives each system an epoch of its own, also one that nobody appended to"({ log, reopen }) {
    const untouched = await log.extent(system)
    expect(untouched).toMatchObject({ first: 1, last: 0 })
    expect((await log.extent(another)).epoch).not.toBe(untouched.epoch)
    expect(await (await reopen()).extent(system)).toEqual(untouched)
  },
}

const hearing: Cases = {
  async "hears every row after it began, once and in order, in the midst of appends"({ log }) {
    const heard: Row[] = []
    const appends = upTo(100).map((id) => log.append(system, [entry(String(id))]))
    await appends[0]
    const more = upTo(100).map((id) => log.append(system, [entry(`more ${id}`)]))
    const { last } = await log.follow(system, (rows) => heard.push(...rows))
    await Promise.all([...appends, ...more, log.append(system, [entry("last", "1", "2")])])
    expect(heard).toEqual((await readAll(log, system)).slice(last))
    expect(positions(heard).at(-1)).toBe(202)
  },

  async "has heard a row before its append resolves, and finds it in the log by then"({ log }) {
    const told: string[] = []
    const found: Promise<Position>[] = []
    await log.follow(system, (rows) => {
      told.push(...ids(rows))
      found.push(log.extent(system).then(({ last }) => last))
    })
    await log.append(system, [entry("a")]).then(() => told.push("resolved"))
    expect(told).toEqual(["a", "resolved"])
    expect(await Promise.all(found)).toEqual([1])
  },

  async "hears only its system, nothing that repeats, and nothing after it stopped"({ log }) {
    const heard: string[] = []
    const following = await log.follow(system, (rows) => heard.push(...ids(rows)))
    await log.append(another, [entry("another's")])
    await log.append(system, [entry("a")])
    await log.append(system, [entry("a")])
    following.stop()
    await log.append(system, [entry("b")])
    expect(heard).toEqual(["a"])
  },

  async "hears nothing twice when it begins while another is told"({ log }) {
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
  },
}

const anyText = fc.jsonValue().map((value) => JSON.stringify(value))
const anyId = fc.oneof(fc.constantFrom("", "1", "2", "3"), fc.string({ unit: "binary", maxLength: 128 }))
const anyEntry = fc
  .tuple(anyId, fc.integer({ min: 0 }), fc.array(anyText, { minLength: 1, maxLength: 2 }))
  .map(([id, received, texts]): Entry => ({ ...entry(id, ...texts), received }))
const anyCall = fc.tuple(fc.constantFrom(system, another), fc.array(anyEntry, { maxLength: 4 }))
const anyRounds = fc.array(fc.array(anyCall, { maxLength: 5 }), { maxLength: 4 })

async function keepsWhatItShould(
  { log, reopen }: OpenedLog,
  rounds: readonly [SystemId, Entry[]][][],
  rowsAtOnce: number,
) {
  const expected = new Map<SystemId, Row[]>([system, another].map((of) => [of, []]))
  let current = log
  for (const round of rounds) {
    const answers = await Promise.all(round.map(([of, entries]) => current.append(of, entries)))
    const due = round.map(([of, entries]) => entries.map((one) => appendTo(expected.get(of) ?? [], one)))
    expect(answers).toEqual(due)
    current = await reopen()
  }
  for (const [of, rows] of expected) expect(await readAll(current, of, rowsAtOnce)).toEqual(rows)
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

/** Runs the suite against an engine; each test opens a log of its own. */
export function logSuite(name: string, open: () => Promise<OpenedLog>): void {
  const withLog = async (check: (opened: OpenedLog) => Promise<void>): Promise<void> => {
    const opened = await open()
    try {
      await check(opened)
    } finally {
      await opened.close()
    }
  }

  const groups = { "Appending to": appending, Reading: reading, Following: hearing }
  describe.each(Object.entries(groups))(`%s the ${name} log`, (_, cases) => {
    it.each(Object.entries(cases))("%s", (_title, check) => withLog(check))
  })

  it(`The ${name} log keeps what any appends, many at once and over restarts, say it should`, async () => {
    const rowsAtOnce = fc.integer({ min: 1, max: 4 })
    const property = fc.asyncProperty(anyRounds, rowsAtOnce, (rounds, rows) =>
      withLog((opened) => keepsWhatItShould(opened, rounds, rows)),
    )
    await fc.assert(property, { numRuns: 40 })
  })
}
