/** What became of an event for a listener, by what is known of both. */
import { describe, expect, it } from "vitest"
import { judgeAway, judgeHearing, type Hearing } from "./inspecting.js"
import type { NamedListener } from "./names.js"
import type { Row } from "./ports.js"
import { wholeView, type View } from "./view.js"

const opened = "device.input.dps.opened"
const row: Row = { position: 10, topic: opened, text: '{"id":"one"}', received: 1000, reportId: "report" }

const blind: View = { key: "blind", topics: null, show: () => undefined }

const hearing = (more: Partial<Hearing> = {}): Hearing => ({
  connection: 3,
  client: "dashboard",
  system: "system",
  address: "127.0.0.1",
  transport: "websocket",
  since: 500,
  ended: null,
  topics: new Map([[opened, 4]]),
  sentTo: 12,
  owed: null,
  granted: wholeView,
  view: wholeView,
  ...more,
})

const judged = (more?: Partial<Hearing>, its: Partial<Row> = {}): [boolean | null, string] => {
  const { heard, code } = judgeHearing(hearing(more), { ...row, ...its })
  return [heard, code]
}

describe("An event, for a listener that is or was connected,", () => {
  it("was heard where it has subscribed before and has everything up to after it", () => {
    expect(judged()).toEqual([true, "heard"])
    expect(judged({ sentTo: 10 })).toEqual([true, "heard"])
    expect(judged({ topics: new Map([[opened, 9]]) })).toEqual([true, "heard"])
    expect(judged({ ended: 2000 })).toEqual([true, "heard"])
  })

  it("was not heard where it has not subscribed to it, or only since", () => {
    expect(judged({ topics: new Map([["liveEvent", 4]]) })).toEqual([false, "not_subscribed"])
    expect(judged({ topics: new Map([[opened, 10]]) })).toEqual([false, "subscribed_later"])
    expect(judgeHearing(hearing({ topics: new Map([[opened, 14]]) }), row).why).toContain(
      "from position 15 on",
    )
  })

  it("was not for it where its token or its filter says so", () => {
    expect(judged({ granted: blind, view: blind })).toEqual([false, "not_granted"])
    expect(judged({ view: blind })).toEqual([false, "filtered"])
  })

  it("is still to come where it is behind, or owed it", () => {
    expect(judged({ sentTo: 9 })).toEqual([false, "behind"])
    expect(judged({ sentTo: 9, owed: 10 })).toEqual([false, "token_lapsed"])
    expect(judged({ sentTo: 7, owed: 8 })).toEqual([false, "token_lapsed"])
    expect(judged({ sentTo: 9, owed: 11 })).toEqual([false, "behind"])
  })

  it("was missed where it was gone before its turn, with or without a good token", () => {
    expect(judged({ ended: 2000, sentTo: 9 })).toEqual([false, "gone_before"])
    const { code, why } = judgeHearing(hearing({ ended: 2000, sentTo: 9, owed: 10 }), row)
    expect([code, why]).toEqual(["gone_before", expect.stringContaining("Its token had lapsed")])
  })

  it("may have been heard or not where it is kept no longer because of its topic", () => {
    expect(judged({}, { text: "" })).toEqual([null, "forgotten"])
    expect(judged({ sentTo: 9 }, { text: "" })).toEqual([false, "behind"])
  })
})

const named: NamedListener = {
  system: "system",
  client: "dashboard",
  name: "wall-3",
  epoch: "epoch",
  position: 12,
  topics: { [opened]: 4 },
  seen: 900,
}

const away = (more: Partial<NamedListener>): [boolean | null, string] => {
  const { heard, code } = judgeAway({ ...named, ...more }, row, "epoch")
  return [heard, code]
}

describe("An event, for a listener with a name that is away,", () => {
  it("was heard where it has proven that, and comes when it comes where it has not", () => {
    expect(away({})).toEqual([true, "heard"])
    expect(away({ position: 9 })).toEqual([false, "away"])
  })

  it("is not for it where it has not subscribed to it, or only since", () => {
    expect(away({ topics: {} })).toEqual([false, "not_subscribed"])
    expect(away({ topics: { [opened]: 10 } })).toEqual([false, "subscribed_later"])
  })

  it("comes again, with what else is kept, where it was there before the log was restored", () => {
    expect(away({ epoch: "before" })).toEqual([false, "away"])
    expect(away({ epoch: "before", topics: { liveEvent: 4 } })).toEqual([false, "not_subscribed"])
  })
})
