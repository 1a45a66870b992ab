/** What each topic's event, as the specification shows it, is about. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { subjectOf } from "./subjects.js"
import { topicNames, type TopicName } from "./topics/index.js"

const sample = (topic: TopicName): object =>
  JSON.parse(readFileSync(new URL(`../fixtures/events/${topic}.json`, import.meta.url), "utf8")) as object

const told = (topic: TopicName): string => Object.keys(subjectOf(topic, sample(topic))).join(" ")

describe("What an event is about", () => {
  it("is told by every topic, as far as its event has it", () => {
    const of = (start: string): Set<string> =>
      new Set(topicNames.filter((name) => name.startsWith(start)).map((name) => told(name)))
    expect(of("device.alarm.")).toEqual(new Set(["cloudNode serialNumber device"]))
    expect(of("device.input.")).toEqual(new Set(["cloudNode serialNumber device"]))
    expect(of("endpoint.")).toEqual(new Set(["cloudNode serialNumber"]))
    expect(of("sync.")).toEqual(new Set(["serialNumber"]))
    expect(told("device.request.allowed")).toBe("cloudNode serialNumber device holder")
    expect(told("device.request.unknown")).toBe("cloudNode serialNumber device")
    expect(told("cloudnode.created")).toBe("cloudNode serialNumber")
    expect(told("cloudnode.connected")).toBe("serialNumber")
    expect(told("liveEvent")).toBe("cloudNode serialNumber device holder")
  })

  it("is told by the ids that stand in the event", () => {
    expect(subjectOf("device.request.denied", sample("device.request.denied"))).toEqual({
      cloudNode: "ad69a1c0-1390-4ddd-9d49-01c388c3744b",
      serialNumber: "1234ABC",
      device: "1b99bf42-1f9c-4184-9b5a-f7be9b24f4be",
      holder: "ceee92e3-fdf4-44e6-800a-2d9d51d05583",
    })
    expect(subjectOf("cloudnode.deleted", sample("cloudnode.deleted"))).toEqual({
      cloudNode: "bd64b07f-e4de-4e31-98c7-0f368858da44",
      serialNumber: "1234ABC",
    })
  })
})
