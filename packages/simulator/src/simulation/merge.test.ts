import { describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { noNames } from "../rest/registry.js"
import { mergeParts } from "./merge.js"

const { rules, devices, holders } = demoBuilding
const ids = (all: readonly { id: string }[]): string[] => all.map(({ id }) => id)

describe("A building whose cloud nodes know no rule", () => {
  it("is an open house: everybody, at every door, with a card, the demo's doors included", () => {
    const plan = mergeParts([{ ...demoBuilding, rules: [] }], noNames, [])
    expect(plan.rules).toMatchObject([
      {
        type: "access",
        allow: true,
        authenticationPolicy: "cardOnly",
        devices: ids(devices),
        holders: ids(holders),
        startTime: "00:00",
        stopTime: "24:00",
      },
    ])
  })

  it("is none any more with the first rule, whatever door that is about", () => {
    const [first] = rules
    expect(mergeParts([{ ...demoBuilding, rules: [first!] }], noNames, []).rules).toEqual([first])
  })
})
