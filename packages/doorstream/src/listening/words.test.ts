import { DoorstreamError } from "@doorstream/client"
import { describe, expect, it } from "vitest"
import { gapInWords } from "./gap-words.js"
import { openTroubles } from "./trouble-words.js"

describe("A gap", () => {
  it("is told with why, and where in the log it is", () => {
    expect(gapInWords({ from: 3, to: 1202, count: 1200, reason: "retention" })).toBe(
      "1,200 events are kept no longer and were not heard (positions 3 to 1202).",
    )
    expect(gapInWords({ from: 3, to: 9, count: 1, reason: "scope" })).toBe(
      "1 event is withheld: the token does not grant it any more (positions 3 to 9).",
    )
  })

  it("of another log says so, and has no positions where all of that one is there", () => {
    const words =
      "the cursor is of another log: of another system, or from before one was restored. This log is heard from its beginning."
    expect(gapInWords({ from: 1, to: 0, count: 0, reason: "epoch" })).toBe(words)
    expect(gapInWords({ from: 1, to: 2, count: 2, reason: "epoch" })).toBe(
      `${words} Of that 2 events are kept no longer (positions 1 to 2).`,
    )
  })
})

describe("A trouble", () => {
  const told: string[] = []
  const troubles = openTroubles((words) => told.push(words))
  const hear = (code: string, attempt: number, retryIn?: number): void =>
    troubles.hear({ error: new DoorstreamError(code, `It is ${code}.`), attempt, retryIn })

  it("that is tried again is told once, until it listens again", () => {
    for (const attempt of [1, 2, 3]) hear("unreachable", attempt, 500)
    expect(told.splice(0)).toEqual(["the connection is gone (unreachable); coming back."])
    expect([troubles.over(), troubles.over()]).toEqual([true, false])
    hear("unreachable", 1, 500)
    hear("token_failed", 2, 500)
    expect(told.splice(0)).toEqual([
      "the connection is gone (unreachable); coming back.",
      "token_failed: It is token_failed. Trying again.",
    ])
    troubles.over()
  })

  it("that does not stop it is told once, and says nothing of the connection", () => {
    for (const attempt of [1, 1, 1]) hear("store_failed", attempt)
    expect(told.splice(0)).toEqual(["store_failed: It is store_failed."])
    expect(troubles.over()).toBe(false)
  })
})
