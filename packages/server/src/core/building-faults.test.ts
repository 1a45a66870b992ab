/// <reference types="node" />
/** What is wrong with the file of a building: all of it, and where. */
import { readBuilding } from "@doorstream/contract/validate"
import { randomUUID } from "node:crypto"
import { describe, expect, it } from "vitest"
import { planBuilding } from "./building-plan.js"
import { registryOf } from "./registry-of.suite.js"

const hq = {
  externalId: "hq",
  name: "Headquarters",
  serialNumber: "1234ABC",
  connections: [{ externalId: "c1", name: "Controller 1", type: "ethernet" }],
  devices: [{ externalId: "front", name: "Front Door", connection: "c1", port: 1 }],
}

/** The faults of a file that is one by its form. */
function faultsOf(file: unknown) {
  const read = readBuilding(file)
  if ("faults" in read) throw new Error(JSON.stringify(read.faults))
  const planning = {
    registry: registryOf(),
    system: "tower",
    freshId: randomUUID,
    created: "2026-01-01T00:00:00.000Z",
  }
  const plan = planBuilding(read.building, planning)
  return "faults" in plan ? plan.faults : []
}

describe("A file with an error", () => {
  it.each([
    ["no lists", [], ["", /must have lists/]],
    ["a list that is none", { groups: {} }, ["groups", /must be a list/]],
    ["an unknown key", { doors: [] }, ["doors", /no field/]],
    [
      "an object without a name of its own",
      { groups: [{ name: "Staff" }] },
      ["groups.0", /needs an externalId/],
    ],
    ["a field that is missing", { groups: [{ externalId: "staff" }] }, ["groups.0.name", /is missing/]],
    [
      "a field that is none",
      { cloudNodes: [{ ...hq, timezone: "Mars" }] },
      ["cloudNodes.0.timezone", /time zone/],
    ],
    [
      "a PIN",
      { holders: [{ externalId: "ann", firstName: "Ann", pin: "4711" }] },
      ["holders.0.pin", /set over REST/],
    ],
  ] as const)("is read with the keys that lead there: %s", (_, file, [path, message]) => {
    const read = readBuilding(file)
    expect("faults" in read && read.faults).toContainEqual({ path, message: expect.stringMatching(message) })
  })

  it.each([
    [
      "a rule that names no device",
      { rules: [{ externalId: "day", name: "D", type: "access", devices: ["front"] }] },
      "rules.0.devices.0",
      /names front, which is not there/,
    ],
    [
      "an object twice",
      {
        groups: [
          { externalId: "a", name: "A" },
          { externalId: "a", name: "B" },
        ],
      },
      "groups.1",
      /externalId of groups\.0/,
    ],
    [
      "a serial number twice",
      { cloudNodes: [hq, { ...hq, externalId: "b", connections: [], devices: [] }] },
      "cloudNodes.1.serialNumber",
      /that of cloudNodes\.0/,
    ],
    [
      "a device on another cloud node's controller",
      {
        cloudNodes: [
          hq,
          {
            externalId: "b",
            name: "B",
            serialNumber: "2",
            devices: [{ externalId: "back", name: "Back", connection: "c1", port: 1 }],
          },
        ],
      },
      "cloudNodes.1.devices.0.connection",
      /another cloud node/,
    ],
    [
      "a rule that ends before it begins",
      { rules: [{ externalId: "d", name: "D", type: "access", startTime: "18:00", stopTime: "08:00" }] },
      "rules.0.stopTime",
      /later than startTime/,
    ],
  ] as const)("is planned in no part, and says where it is: %s", (_, file, path, message) => {
    expect(faultsOf(file)).toEqual([{ path, message: expect.stringMatching(message) }])
  })
})

describe("A file with many errors", () => {
  it("tells all of them, and none that only follows from another", () => {
    const file = {
      groups: [
        { externalId: "staff", name: "Staff" },
        { externalId: "staff", name: "Crew" },
      ],
      holders: [{ externalId: "ann", firstName: "Ann", groups: ["staff", "nobody"] }],
      rules: [{ externalId: "day", name: "D", type: "access", holders: ["ann"], devices: ["front"] }],
    }
    expect(faultsOf(file)?.map(({ path }) => path)).toEqual([
      "groups.1",
      "holders.0.groups.1",
      "rules.0.devices.0",
    ])
  })
})
