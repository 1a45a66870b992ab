/** Who begins when there are many. */
import { afterEach, expect, it, vi } from "vitest"
import { Slots } from "./slots.js"

afterEach(() => {
  vi.useRealTimers()
})

const many = Array.from({ length: 20 }, (_, index) => index)

it("Sixteen begin at once, and each of the others when one is done, in their order", () => {
  const begun: number[] = []
  const slots = new Slots<number>()
  for (const who of many) slots.take(who, () => begun.push(who))
  expect(begun).toEqual(many.slice(0, 16))
  slots.free(3)
  slots.free(17)
  slots.free(3)
  slots.free(4)
  expect(begun).toEqual([...many.slice(0, 17), 18])
  for (const who of many) slots.free(who)
})

it("Who gives no sign for half a minute does not keep others waiting, and who does keeps the place", () => {
  vi.useFakeTimers()
  const begun: number[] = []
  const slots = new Slots<number>()
  for (const who of many) slots.take(who, () => begun.push(who))
  vi.advanceTimersByTime(20_000)
  for (const who of many.slice(1, 16)) slots.prolong(who)
  vi.advanceTimersByTime(15_000)
  expect(begun).toEqual(many.slice(0, 17))
})
