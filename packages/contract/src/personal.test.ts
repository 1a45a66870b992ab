/** What is left of an event when a holder whom it tells of was erased. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { erasedName, tellsOfHolder, topicNames, withoutErased, type TopicName } from "./index.js"
import { faultsOfEvent } from "./validate/index.js"

const fixture = (topic: TopicName): object =>
  JSON.parse(readFileSync(new URL(`../fixtures/events/${topic}.json`, import.meta.url), "utf8")) as object

const john = "ceee92e3-fdf4-44e6-800a-2d9d51d05583"
const isJohn = (id: string): boolean => id === john
const telling = topicNames.filter(tellsOfHolder)

describe("An event that tells of a holder who was erased", () => {
  it("is one of a request that the holder made, or a sentence", () => {
    expect(telling).toEqual(["device.request.allowed", "device.request.denied", "liveEvent"])
  })

  it.each(telling)(
    "keeps neither name, dates nor credentials, and stays what the contract says: %s",
    (topic) => {
      const left = withoutErased(topic, fixture(topic), isJohn)
      const text = JSON.stringify(left)
      for (const personal of ["John", "Wiegand", "26858", "56bed685-aa32-4ae2-a9da-323cdd38ebc0", '"77"'])
        expect(text).not.toContain(personal)
      expect(text).toContain(erasedName)
      expect(text).toContain(john)
      expect(faultsOfEvent(topic, left)).toEqual([])
    },
  )

  it.each(telling)("is left as it is where it tells of somebody else: %s", (topic) => {
    const event = fixture(topic)
    expect(withoutErased(topic, event, () => false)).toBe(event)
  })

  it("has a fixture with the name in it for every topic that may tell, and for no other", () => {
    const named = topicNames.filter((topic) => JSON.stringify(fixture(topic)).includes(john))
    expect(named).toEqual(telling)
  })
})
