import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createAgenda } from "./agenda.js"

const anyMoments = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 })

describe("An agenda", () => {
  it("gives what is planned in the order of its moments, and of one moment in the order in which it came", () => {
    fc.assert(
      fc.property(anyMoments, fc.integer({ min: -5, max: 5 }), (moments, by) => {
        const agenda = createAgenda<{ at: number; index: number }>()
        for (const [index, at] of moments.entries()) agenda.add(at, { at, index })
        agenda.shift(by)
        const wanted = moments.map((at, index) => ({ at, index })).toSorted((one, other) => one.at - other.at)
        for (const entry of wanted) {
          expect(agenda.nextAt()).toBe(entry.at + by)
          expect(agenda.take()).toEqual(entry)
        }
        expect(agenda.nextAt()).toBeUndefined()
        expect(agenda.take()).toBeUndefined()
      }),
    )
  })

  it("keeps the order of those that are kept, whatever is dropped and comes later", () => {
    fc.assert(
      fc.property(anyMoments, anyMoments, fc.integer({ min: 1, max: 4 }), (moments, more, every) => {
        const agenda = createAgenda<{ at: number; index: number }>()
        const entries = [...moments, ...more].map((at, index) => ({ at, index }))
        const [before, after] = [entries.slice(0, moments.length), entries.slice(moments.length)]
        for (const entry of before) agenda.add(entry.at, entry)
        agenda.keep(({ index }, at) => index % every !== 0 && at === entries[index]?.at)
        for (const entry of after) agenda.add(entry.at, entry)
        const kept = [...before.filter(({ index }) => index % every !== 0), ...after]
        for (const entry of kept.toSorted((one, other) => one.at - other.at))
          expect(agenda.take()).toEqual(entry)
        expect(agenda.take()).toBeUndefined()
      }),
    )
  })

  it("takes new entries while others are taken", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 })), { maxLength: 80 }), (steps) => {
        const agenda = createAgenda<number>()
        let planned: number[] = []
        for (const step of steps) {
          if (step === null) {
            expect(agenda.take()).toBe(planned[0])
            planned = planned.slice(1)
          } else {
            agenda.add(step, step)
            planned = [...planned, step].toSorted((one, other) => one - other)
          }
        }
      }),
    )
  })
})
