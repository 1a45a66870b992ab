import { describe, expect, it } from "vitest"
import type { TopicName } from "@doorstream/contract"
import * as decide from "./session.js"

const noon = 1_700_000_000_000
const lapses = noon

const opened: TopicName = "device.input.dps.opened"
const relay: TopicName = "device.input.relay.on"

type Row = readonly [position: number, topic: TopicName]

/**
 * A listener that lives through a story, with a log of its own: what is appended is met at the tail or, behind it,
 * when the listener reads. It keeps what was said: positions of events, and "invalidToken".
 */
class Story {
  said: (number | "invalidToken")[] = []
  log: Row[] = []
  now = noon
  session: decide.Session

  constructor(expiresAt: number, at: number) {
    this.now = at
    this.session = decide.openSession(expiresAt, at)
  }

  get last(): number {
    return this.log.length
  }

  at(now: number): this {
    this.now = now
    return this
  }

  subscribes(...topics: TopicName[]): this {
    this.session = decide.subscribe(this.session, topics, this.last)
    return this
  }

  unsubscribes(...topics: TopicName[]): this {
    this.session = decide.unsubscribe(this.session, topics)
    return this
  }

  happens(...topics: TopicName[]): this {
    for (const topic of topics) {
      this.log.push([this.last + 1, topic])
      if (this.session.next === null) this.#meet([this.last, topic])
    }
    return this
  }

  #meet([position, topic]: Row): boolean {
    const said = decide.meet(this.session, position, topic, this.now)
    if (said === "event") this.said.push(position)
    if (said === "invalidToken") {
      this.said.push("invalidToken")
      this.session = decide.withhold(this.session, position)
    }
    return said !== "invalidToken"
  }

  congests(): this {
    this.session = decide.fallBehind(this.session, this.last + 1)
    return this
  }

  /** Reads at most so many rows, as the reading room does. */
  reads(rows = Infinity): this {
    for (; rows > 0 && this.session.next !== null; rows--) {
      if (decide.mustPark(this.session, this.now)) {
        this.said.push("invalidToken")
        this.session = decide.park(this.session)
      } else if (this.session.next > this.last) this.session = decide.catchUp(this.session)
      else {
        const position = this.session.next
        this.#meet(this.log[position - 1]!)
        this.session = decide.readOn(this.session, position + 1)
      }
    }
    return this
  }

  renewsUntil(expiresAt: number): this {
    this.session = decide.renew(this.session, expiresAt)
    return this
  }
}

const aListener = (at = noon - 1000): Story => new Story(lapses, at)

describe("A listener with a valid token", () => {
  it("hears what it subscribed to, and nothing else", () => {
    expect(aListener().subscribes(opened).happens(opened, relay, opened).said).toEqual([1, 3])
  })

  it("hears a topic from the position at which it was subscribed", () => {
    expect(aListener().happens(opened).subscribes(opened).happens(opened).said).toEqual([2])
  })

  it("hears a topic once however often it subscribes to it", () => {
    const story = aListener()
      .subscribes(opened)
      .happens(opened)
      .subscribes(opened, relay)
      .happens(relay, opened)
    expect(story.said).toEqual([1, 2, 3])
  })

  it("hears no more of what it unsubscribed from", () => {
    expect(aListener().subscribes(opened, relay).unsubscribes(opened).happens(opened, relay).said).toEqual([
      2,
    ])
  })
})

describe("A listener whose token has lapsed", () => {
  it("hears invalidToken in the place of each subscribed event", () => {
    const story = aListener().subscribes(opened).happens(opened).at(lapses).happens(opened, relay, opened)
    expect(story.said).toEqual([1, "invalidToken", "invalidToken"])
  })

  it("gets what it missed, once, in order, as soon as it renews", () => {
    const story = aListener().subscribes(opened).happens(opened).at(lapses).happens(opened, relay, opened)
    story
      .renewsUntil(noon + 100)
      .happens(opened)
      .reads()
      .happens(opened)
    expect(story.said).toEqual([1, "invalidToken", "invalidToken", 2, 4, 5, 6])
  })

  it("is not told that nothing is missing, nor anything out of order, where the clock is set back meanwhile", () => {
    const story = aListener()
      .subscribes(opened)
      .at(lapses)
      .happens(opened)
      .at(noon - 500)
    expect(decide.lacksNothing(story.session, story.now)).toBe(false)
    story.happens(opened)
    expect(story.said).toEqual(["invalidToken", "invalidToken"])
    story.renewsUntil(noon + 100).reads()
    expect(story.said.slice(2)).toEqual([1, 2])
    expect(decide.lacksNothing(story.session, story.now)).toBe(true)
  })

  it("is replayed nothing when nothing was owed", () => {
    const story = aListener()
      .subscribes(opened)
      .happens(opened)
      .at(lapses)
      .happens(relay)
      .renewsUntil(noon + 100)
    expect(story.session.next).toBeNull()
    expect(story.reads().said).toEqual([1])
  })

  it("is replayed nothing by a second renewal", () => {
    const story = aListener()
      .subscribes(opened)
      .at(lapses)
      .happens(opened)
      .renewsUntil(noon + 100)
      .reads()
    expect(story.renewsUntil(noon + 200).reads().said).toEqual(["invalidToken", 1])
  })

  it("hears a topic that it adds meanwhile from there on only, in the replay too", () => {
    const story = aListener()
      .subscribes(opened)
      .at(lapses)
      .happens(opened, relay)
      .subscribes(relay)
      .happens(relay)
    expect(story.renewsUntil(noon + 100).reads().said).toEqual(["invalidToken", "invalidToken", 1, 3])
  })

  it("is not replayed what it unsubscribed from meanwhile", () => {
    const story = aListener().subscribes(opened, relay).at(lapses).happens(opened, relay).unsubscribes(opened)
    expect(story.renewsUntil(noon + 100).reads().said).toEqual(["invalidToken", "invalidToken", 2])
  })

  it("keeps its mark when the renewed token lapses during the replay", () => {
    const story = aListener()
      .subscribes(opened)
      .at(lapses)
      .happens(opened, opened, opened)
      .renewsUntil(noon + 100)
    story
      .reads(1)
      .at(noon + 100)
      .reads()
      .happens(opened)
    expect(story.said).toEqual([
      "invalidToken",
      "invalidToken",
      "invalidToken",
      1,
      "invalidToken",
      "invalidToken",
    ])
    expect(
      story
        .renewsUntil(noon + 200)
        .reads()
        .said.slice(6),
    ).toEqual([2, 3, 4])
  })
})

describe("A listener that is behind", () => {
  it("reads on where it could take no more, then hears what is new", () => {
    const story = aListener().subscribes(opened).happens(opened).congests().happens(opened, relay, opened)
    expect(story.said).toEqual([1])
    expect(story.reads().happens(opened).said).toEqual([1, 2, 4, 5])
  })

  it("is parked when its token lapses: invalidToken once, then one for each event since, none for the backlog", () => {
    const story = aListener().subscribes(opened).congests().happens(opened, opened, opened).at(lapses).reads()
    expect(story.said).toEqual(["invalidToken"])
    story.happens(opened, relay)
    expect(story.said).toEqual(["invalidToken", "invalidToken"])
    expect(
      story
        .renewsUntil(noon + 100)
        .reads()
        .said.slice(2),
    ).toEqual([1, 2, 3, 4])
  })
})

describe("A listener that connects with an expired token", () => {
  it("is not told when something happens until it has renewed", () => {
    expect(aListener(noon).subscribes(opened).happens(opened, opened).said).toEqual([])
  })

  it("gets what it missed since its subscription as soon as it renews", () => {
    const story = aListener(noon).happens(opened).subscribes(opened).happens(opened, relay, opened)
    expect(
      story
        .renewsUntil(noon + 100)
        .reads()
        .happens(opened).said,
    ).toEqual([2, 4, 5])
  })

  it("owes itself from its first subscription, and each topic from its own", () => {
    const story = aListener(noon)
      .subscribes(opened)
      .happens(opened, relay)
      .subscribes(relay)
      .happens(relay, opened)
    expect(story.renewsUntil(noon + 100).reads().said).toEqual([1, 3, 4])
  })
})
