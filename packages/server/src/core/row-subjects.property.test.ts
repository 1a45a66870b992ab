/** The quick look at a row's text never hides what taking it apart would show. */
import { subjectOf } from "@doorstream/contract"
import fc from "fast-check"
import { expect, it } from "vitest"
import type { Row } from "./ports.js"
import { openSubjects } from "./row-subjects.js"
import { happenings } from "./state-events.suite.js"
import { wholeGrant } from "./verified.js"
import { makeView, type Selection } from "./view.js"

const some = (...ids: string[]): fc.Arbitrary<ReadonlySet<string> | undefined> =>
  fc.option(
    fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }).map((list) => new Set(list)),
    // As often as not: most lists at once let nothing through.
    { nil: undefined, freq: 2 },
  )

const tooMany: ReadonlySet<string> = new Set(["d1", "d3", ...Array.from({ length: 20 }, (_, n) => `x${n}`)])

const selections = fc
  .record({
    // More than are looked for one by one, or written otherwise in JSON, now and then.
    devices: fc.oneof(some("d1", "d2", 'a "quoted" id'), fc.constant(tooMany)),
    cloudNodes: some("n1", "n2"),
    holders: some("h1"),
    granted: some("n1", "n3"),
  })
  .map(({ granted, ...lists }) => ({
    granted,
    selection: Object.fromEntries(Object.entries(lists).filter(([, ids]) => ids !== undefined)) as Selection,
  }))

const withNumber = (_: string, serialNumber: string): string | undefined =>
  ({ S1: "n1", S2: "n2" })[serialNumber]

it("A view shows the same rows whether it looks at their text first or takes each apart", () => {
  fc.assert(
    fc.property(
      fc.array(happenings, { maxLength: 30 }),
      fc.array(selections, { minLength: 1, maxLength: 3 }),
      (all, listeners) => {
        const viewsWith = (subjectOfRow: ReturnType<typeof openSubjects>) =>
          listeners.map(({ granted, selection }) =>
            makeView({ ...wholeGrant, cloudNodes: granted === undefined ? null : [...granted] }, selection, {
              system: "s",
              cloudNodeWith: withNumber,
              subjectOf: subjectOfRow,
              redact: (_, row) => row,
            }),
          )
        const quick = viewsWith(openSubjects())
        const slow = viewsWith((row) => subjectOf(row.topic, JSON.parse(row.text) as object))
        for (const [at, { topic, event }] of all.entries()) {
          const row: Row = { position: at + 1, topic, text: JSON.stringify(event), received: 0, reportId: "" }
          expect(quick.map(({ show }) => show(row))).toEqual(slow.map(({ show }) => show(row)))
          // Whoever asks the views alone that have a key of the row misses none that shows it.
          for (const { show, among } of quick)
            if (among !== undefined && show(row) !== undefined)
              expect(among.of(row).some((key) => among.keys.includes(key))).toBe(true)
        }
      },
    ),
  )
})
