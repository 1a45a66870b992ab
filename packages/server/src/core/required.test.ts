/** When a listener that must hear counts as silent, and when as back. */
import { isRefusal } from "@doorstream/contract"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readWithin, unwatched, watch, type Seen, type Watched } from "./required.js"

const within = 10_000
const well: Seen = { hasSubscribed: true, quietSince: null, deliveredTo: 7, last: 7, isDeaf: false }
const lacking = (deliveredTo: number, last: number): Seen => ({ ...well, deliveredTo, last })

/** Looks at it at these times, and tells what was told of it. */
function story(...looks: readonly (readonly [now: number, seen: Seen | undefined])[]) {
  let watched: Watched = unwatched
  return looks.flatMap(([now, seen]) => {
    const looked = watch(watched, seen, within, now)
    watched = looked.watched
    return looked.tell === undefined ? [] : [[now, looked.tell, watched.trouble]]
  })
}

describe("A listener that must hear", () => {
  it("is silent, once, when it was absent for as long as it may be, and back when it is there", () => {
    expect(
      story(
        [0, well],
        [100, undefined],
        [10_099, undefined],
        [10_100, undefined],
        [99_000, undefined],
        [99_500, well],
      ),
    ).toEqual([
      [10_100, "silent", { reason: "absent", since: 100 }],
      [99_500, "back", null],
    ])
  })

  it("has its time to come before it was ever seen", () => {
    expect(story([50, undefined], [10_049, undefined], [10_050, undefined])).toEqual([
      [10_050, "silent", { reason: "absent", since: 50 }],
    ])
  })

  it("is absent as long as it has subscribed to nothing", () => {
    const connected = { ...well, hasSubscribed: false }
    expect(story([0, connected], [10_000, connected])).toEqual([
      [10_000, "silent", { reason: "absent", since: 0 }],
    ])
  })

  it("is absent from when it was heard last, where it does not answer", () => {
    const dead = { ...well, quietSince: 1000 }
    expect(story([0, well], [3000, dead], [10_999, dead], [11_000, dead])).toEqual([
      [11_000, "silent", { reason: "absent", since: 1000 }],
    ])
  })

  it("is behind when an event that is in the log for as long is not delivered", () => {
    expect(story([0, lacking(7, 8)], [9_999, lacking(7, 20)], [10_000, lacking(7, 20)])).toEqual([
      [10_000, "silent", { reason: "behind", since: 0 }],
    ])
  })

  it("is not behind for long where it is behind all the time and what there was has come", () => {
    const looks = Array.from({ length: 200 }, (_, n) => [n * 250, lacking(n, n + 1)] as const)
    expect(story(...looks)).toEqual([])
  })

  it("that was behind is back as soon as what there was has come, though there is more", () => {
    const [told, back] = story(
      [0, lacking(7, 8)],
      [10_000, lacking(7, 8)],
      [11_000, lacking(7, 30)],
      [12_000, lacking(30, 31)],
    )
    expect(told?.[1]).toBe("silent")
    expect(back?.slice(0, 2)).toEqual([12_000, "back"])
  })

  it("is behind as long as it must renew its token before it hears anything", () => {
    const deaf = { ...well, isDeaf: true }
    expect(story([0, deaf], [10_000, deaf], [10_100, well])).toEqual([
      [10_000, "silent", { reason: "behind", since: 0 }],
      [10_100, "back", null],
    ])
  })

  it("is missed where it comes and goes, and cannot hear when it is there", () => {
    const deaf = { ...well, isDeaf: true }
    const connected = { ...well, hasSubscribed: false }
    const looks = [undefined, connected, deaf, undefined, deaf].map((seen, n) => [n * 4000, seen] as const)
    expect(story(...looks)).toEqual([[12_000, "silent", { reason: "absent", since: 0 }]])
  })

  it("is missed in its time after the clock was set back, be it absent or behind", () => {
    expect(story([3_600_000, undefined], [0, undefined], [10_000, undefined])).toEqual([
      [10_000, "silent", { reason: "absent", since: 0 }],
    ])
    expect(story([3_600_000, lacking(7, 8)], [0, lacking(7, 8)], [10_000, lacking(7, 8)])).toEqual([
      [10_000, "silent", { reason: "behind", since: 0 }],
    ])
  })

  it("is missed however its absence is looked at: whatever was not delivered in time is told, and nothing else is", () => {
    const look = fc.record({
      after: fc.integer({ min: 1, max: 2000 }),
      more: fc.integer({ min: 0, max: 3 }),
      taken: fc.integer({ min: 0, max: 4 }),
    })
    fc.assert(
      fc.property(fc.array(look, { maxLength: 80 }), (looks) => {
        let [now, last, deliveredTo] = [0, 0, 0]
        let watched: Watched = unwatched
        // When each position was first seen to be there.
        const seenAt: number[] = []
        for (const { after, more, taken } of looks) {
          now += after
          last += more
          for (let n = 0; n < more; n += 1) seenAt.push(now)
          deliveredTo = Math.min(last, deliveredTo + taken)
          watched = watch(watched, lacking(deliveredTo, last), within, now).watched
          const oldest = deliveredTo < last ? now - seenAt[deliveredTo]! : 0
          // A mark stands for what came up to a sixteenth of the time before it, or since the look before.
          if (oldest >= within * (1 + 1 / 16) + 2000) expect(watched.isSilent).toBe(true)
          if (oldest === 0) expect(watched.isSilent).toBe(false)
          expect(watched.marks.length).toBeLessThanOrEqual(17)
        }
      }),
      { numRuns: 2000, seed: 20_261_126 },
    )
  })
})

describe("For how long a listener may be absent", () => {
  it("is a whole number of milliseconds, from a second to a day", () => {
    expect([1000, 86_400_000].map(readWithin)).toEqual([1000, 86_400_000])
    for (const value of [999, 86_400_001, 1000.5, "10s", null, undefined, {}, NaN, Infinity]) {
      const read = readWithin(value)
      expect(typeof read === "object" && isRefusal(read) && read.code).toBe("request_invalid")
    }
  })
})
