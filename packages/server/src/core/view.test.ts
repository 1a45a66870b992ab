/** What of a log somebody is shown, by what their token grants and what their filter selects. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { topicNames, type TopicName } from "@doorstream/contract"
import type { Row } from "./ports.js"
import { openSubjects } from "./row-subjects.js"
import { wholeGrant } from "./verified.js"
import { makeView, wholeView, type Selection, type Viewing } from "./view.js"

const fixture = (topic: string): string =>
  readFileSync(new URL(`../../../contract/fixtures/events/${topic}.json`, import.meta.url), "utf8")

const rows: readonly Row[] = topicNames.map((topic, at) => ({
  position: at + 1,
  topic,
  text: fixture(topic),
  received: 0,
  reportId: "",
}))

const viewing: Viewing = {
  system: "tower",
  cloudNodeWith: (_, serialNumber) => (serialNumber === "1234ABC" ? "by-number" : undefined),
  subjectOf: openSubjects(),
  redact: (_, row) => ({ ...row, text: "redacted" }),
}

const shown = (selection: Selection, grant = wholeGrant): readonly TopicName[] => {
  const { show } = makeView(grant, selection, viewing)
  return rows.flatMap((row) => show(row)?.topic ?? [])
}

describe("A view", () => {
  it("of everything is the log as it is", () => {
    expect(makeView(wholeGrant, {}, viewing)).toBe(wholeView)
  })

  it("has the topics that are granted alone", () => {
    const topics: readonly TopicName[] = ["device.alarm.forced", "sync.synced"]
    expect(shown({}, { ...wholeGrant, topics })).toEqual(topics)
  })

  it("of a device has what is about it, and nothing that is about none", () => {
    expect(shown({ devices: new Set(["6e3948a3-63c8-441b-a2d3-13039bdc5843"]) })).toEqual([
      "device.autoopen.off",
      "device.autoopen.on",
    ])
  })

  it("of a cloud node has, too, what tells only its serial number", () => {
    expect(shown({ cloudNodes: new Set(["by-number"]) })).toEqual([
      "cloudnode.connected",
      "cloudnode.disconnected",
      "sync.not_synced",
      "sync.synced",
    ])
  })

  it("of several kinds has what is about one of each, within what is granted", () => {
    const devices = new Set(["1b99bf42-1f9c-4184-9b5a-f7be9b24f4be"])
    const holders = new Set(["ceee92e3-fdf4-44e6-800a-2d9d51d05583"])
    expect(shown({ devices })).toContain("device.request.unknown")
    expect(shown({ devices, holders })).toEqual([
      "device.request.allowed",
      "device.request.denied",
      "liveEvent",
    ])
    expect(shown({ devices, holders }, { ...wholeGrant, cloudNodes: ["by-number"] })).toEqual([])
  })

  it("shows what was forgotten, which is to be told as a gap", () => {
    const { show } = makeView(wholeGrant, { devices: new Set(["x"]) }, viewing)
    expect(show({ ...rows[0]!, text: "" })).toBeDefined()
  })

  it("is redacted where the token is", () => {
    const { show } = makeView({ ...wholeGrant, redacted: true }, {}, viewing)
    expect(show(rows[0]!)?.text).toBe("redacted")
  })

  it("has a key that differs where it does, and not by the order of what is named", () => {
    const keyOf = (selection: Selection, grant = wholeGrant): string =>
      makeView(grant, selection, viewing).key
    const some = { devices: new Set(["a", "b"]) }
    expect(keyOf(some)).toBe(keyOf({ devices: new Set(["b", "a"]) }))
    const keys = [
      keyOf({}),
      keyOf(some),
      keyOf({ holders: some.devices }),
      keyOf({}, { ...wholeGrant, redacted: true }),
      keyOf({}, { ...wholeGrant, cloudNodes: ["a", "b"] }),
      keyOf(some, { ...wholeGrant, redacted: true }),
      keyOf(some, { ...wholeGrant, topics: ["sync.synced"] }),
    ]
    expect(new Set(keys).size).toBe(7)
  })
})
