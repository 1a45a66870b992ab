import { describe, expect, it } from "vitest"
import { CommandBook } from "./command-book.js"
import { pauseAfter, usualPauses } from "./pauses.js"
import { ServerClock } from "./server-clock.js"

describe("A book of commands", () => {
  it("knows a command until a minute after it has expired", () => {
    const book = new CommandBook()
    expect(book.write({ id: "a", expires: 5_000 }, 0)).toBeUndefined()
    expect(book.write({ id: "a", expires: 5_000 }, 65_000)).toBe("repeated")
    // From then on its expiry alone keeps it from being done.
    expect(book.write({ id: "a", expires: 5_000 }, 65_001)).toBe("late")
  })

  it("takes none that is late, and one until the moment before", () => {
    const book = new CommandBook()
    expect(book.write({ id: "a", expires: 5_000 }, 4_999)).toBeUndefined()
    expect(book.write({ id: "b", expires: 5_000 }, 5_000)).toBe("late")
  })

  it("never forgets one that could still be done: where it is full, it takes no more", () => {
    const book = new CommandBook(2)
    book.write({ id: "a", expires: 5_000 }, 0)
    book.write({ id: "b", expires: 9_000 }, 0)
    expect(book.write({ id: "c", expires: 9_000 }, 1_000)).toBe("too many")
    expect(book.write({ id: "c", expires: 9_000 }, 6_000)).toBeUndefined()
    expect(book.write({ id: "b", expires: 9_000 }, 6_000)).toBe("repeated")
  })
})

describe("The server's clock", () => {
  it("is taken to be half of an answer's way ahead of what was said", () => {
    let steady = 1_000
    const clock = new ServerClock(() => steady)
    expect(clock.now()).toBeUndefined()
    clock.hear(50_000, 800)
    expect(clock.now()).toBe(50_100)
    steady += 30
    expect(clock.now()).toBe(50_130)
  })

  it("is better known by a quicker answer, and not worse by a slower one until a minute has gone by", () => {
    let steady = 1_000
    const clock = new ServerClock(() => steady)
    clock.hear(50_000, 980)
    clock.hear(49_000, 0)
    expect(clock.now()).toBe(50_010)
    clock.hear(50_000, 990)
    expect(clock.now()).toBe(50_005)
    steady += 60_001
    clock.hear(10_000)
    expect(clock.now()).toBe(10_000)
  })

  it("is never behind what it says", () => {
    let steady = 1_000
    const clock = new ServerClock(() => steady)
    clock.hear(50_000, 990)
    steady += 10
    clock.hear(60_000, 0)
    expect(clock.now()).toBe(60_000)
  })
})

describe("A cloud node whose link has ended", () => {
  const ending = { reason: "", isLockedOut: false, failures: 0 }
  const pause = (more: object, chance = 0) => pauseAfter({ ...ending, ...more }, usualPauses, chance)

  it("comes back after 1 to 2 seconds, later and later, and 15 to 30 at most", () => {
    expect([pause({}), pause({}, 1)]).toEqual([1_000, 2_000])
    expect([pause({ failures: 3 }), pause({ failures: 20 }), pause({ failures: 20 }, 1)]).toEqual([
      8_000, 15_000, 30_000,
    ])
    expect(pause({ reason: "draining" })).toBe(1_000)
    expect(pause({ reason: "sync_unexpected" })).toBe(1_000)
  })

  it.each(["message_malformed", "message_unexpected", "version_not_spoken", "link_replaced"])(
    "stays away for a minute after %s",
    (reason) => expect(pause({ reason })).toBe(60_000),
  )

  it("stays away for a minute where all of its keys are refused", () => {
    expect(pause({ reason: "key_wrong" })).toBe(1_000)
    expect(pause({ reason: "key_wrong", isLockedOut: true })).toBe(60_000)
  })

  it("stays away for as long as the server asks it to, up to a minute", () => {
    expect(pause({ retryAfter: 5_000 })).toBe(5_000)
    expect(pause({ retryAfter: 500_000 })).toBe(60_000)
  })
})
