/** What somebody wants to hear about, by what they type. */
import { describe, expect, it } from "vitest"
import { filterQuery, readFilter } from "./filter-words.js"

describe("A filter", () => {
  it("names kinds, and one word or more of each", () => {
    expect(readFilter("device=front-door")).toEqual({ devices: ["front-door"] })
    expect(readFilter("device=a, b,cloud-node=gate,holder=ada,device=c")).toEqual({
      devices: ["a", "b", "c"],
      cloudNodes: ["gate"],
      holders: ["ada"],
    })
  })

  it("is refused by what it must be where it names none, or nothing", () => {
    for (const text of ["", "front-door", "door=1", "device=", "device=a,,b", "constructor=a"])
      expect(() => readFilter(text), text).toThrow("must be device=…, cloud-node=… or holder=…")
  })

  it("stands in a URL by its kinds", () => {
    expect(filterQuery(readFilter("cloud-node=gate,device=a,b"))).toEqual([
      ["device", "a"],
      ["device", "b"],
      ["cloudNode", "gate"],
    ])
  })
})
