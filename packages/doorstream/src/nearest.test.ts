import { topicNames } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import { didYouMean, nearest } from "./nearest.js"

describe("A word that is not known", () => {
  it.each([
    ["device.alarm.forcd", "device.alarm.forced"],
    ["device.alarm.fored.cleared", "device.alarm.forced.cleared"],
    ["devcie.request.allowed", "device.request.allowed"],
    ["sync.notsynced", "sync.not_synced"],
    ["LiveEvents", "liveEvent"],
    ["request.unknown", "device.request.unknown"],
  ])("such as %s is taken for %s", (written, meant) => {
    expect(nearest(written, topicNames)).toBe(meant)
    expect(didYouMean(written, topicNames)).toBe(` Did you mean ${meant}?`)
  })

  it.each(["xylophone", "", "ab"])("such as %j is taken for none", (written) => {
    expect(nearest(written, topicNames)).toBeUndefined()
    expect(didYouMean(written, topicNames)).toBe("")
  })
})
