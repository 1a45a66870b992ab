/** The table of topics as a whole: how many there are, how they are found, and what a subscription's word stands for. */
import { describe, expect, it } from "vitest"
import {
  isReportable,
  isTopicName,
  reportableTopics,
  topicEntry,
  topicNames,
  topicsMeantBy,
} from "./index.js"

/** Words that stand on every object's prototype, or nearly look like a topic. */
const hostile = [
  "",
  ".",
  "..",
  " ",
  "*.*",
  ".*",
  "**",
  "device",
  "device.",
  "device*",
  "device.*.on",
  "device..*",
  "DEVICE.*",
  " liveEvent",
  "liveEvent.*",
  "sync.synced.*",
  "__proto__",
  "__proto__.*",
  "constructor",
  "constructor.*",
  "hasOwnProperty",
  "toString",
  "valueOf.*",
  "device.request.allowed\u0000",
]

describe("The table of topics", () => {
  it("has the 31 headings of the specification: 30 topics and liveEvent", () => {
    expect(topicNames).toHaveLength(31)
    expect(new Set(topicNames).size).toBe(31)
    expect(topicNames.filter((name) => name !== "liveEvent")).toHaveLength(30)
  })

  it("stands in the order of the alphabet, as the specification does", () => {
    expect(topicNames).toEqual([...topicNames].toSorted((a, b) => (a < b ? -1 : 1)))
  })

  it("has five shapes of event", () => {
    const count = (envelope: string) =>
      topicNames.filter((name) => topicEntry(name).envelope === envelope).length
    expect({
      report: count("report"),
      entity: count("entity"),
      presence: count("presence"),
      sync: count("sync"),
      live: count("live"),
    }).toEqual({ report: 22, entity: 4, presence: 2, sync: 2, live: 1 })
  })

  it("says of each topic what it means, in one sentence of its own", () => {
    const meanings = topicNames.map((name) => topicEntry(name).means)
    expect(meanings.filter((means) => !/^[A-Z].*\.$/.test(means))).toEqual([])
    expect(new Set(meanings).size).toBe(31)
  })

  it("lets device and endpoint topics be reported, and no other", () => {
    expect(reportableTopics).toEqual(topicNames.filter((name) => /^(device|endpoint)\./.test(name)))
    expect(isReportable("liveEvent")).toBe(false)
    expect(isReportable("cloudnode.connected")).toBe(false)
  })

  it.each([...hostile, "*", "device.*", undefined, null, 7, ["liveEvent"], {}])(
    "knows no topic by %j",
    (word) => {
      expect(isTopicName(word)).toBe(false)
    },
  )
})

describe("A word in a subscription", () => {
  it.each(topicNames)("stands for the topic it names: %s", (name) => {
    expect(topicsMeantBy(name)).toEqual([name])
  })

  it("stands for every topic when it is an asterisk, liveEvent among them", () => {
    expect(topicsMeantBy("*")).toEqual(topicNames)
  })

  it("stands for all topics below a prefix", () => {
    expect(topicsMeantBy("sync.*")).toEqual(["sync.not_synced", "sync.synced"])
    expect(topicsMeantBy("device.alarm.*")).toEqual([
      "device.alarm.forced",
      "device.alarm.forced.cleared",
      "device.alarm.propped.off",
      "device.alarm.propped.on",
    ])
    expect(topicsMeantBy("device.*")).toEqual(topicNames.filter((name) => name.startsWith("device.")))
  })

  it("does not stand for a topic whose name goes on without a dot", () => {
    expect(topicsMeantBy("device.alarm.forced.*")).toEqual(["device.alarm.forced.cleared"])
    expect(topicsMeantBy("endpoint.sync.*")).not.toContain("sync.synced")
  })

  it.each(hostile)("stands for nothing when it is %j", (word) => {
    expect(topicsMeantBy(word)).toBeUndefined()
  })
})
