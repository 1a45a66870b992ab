import type { Command } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { readScenario } from "../scenarios/read-scenario.js"
import { openBuilding, type Building } from "./building.js"
import { reportsOf, type Sending } from "./lines.js"

const from = Date.parse("2026-11-23T08:00:00.000Z")
const [door] = demoBuilding.devices.map(({ id }) => id) as [string]
const [ground] = demoBuilding.connections
const known = demoBuilding.holders.find(({ enabled }) => enabled)?.id
const disabled = demoBuilding.holders.find(({ enabled }) => !enabled)?.id
const quiet = readScenario("name: Quiet\nacts:\n- { do: enter, doors: Front Door, after: 9h }").scenario

type Given = Command | Exclude<Command["command"], "virtual-read">

const told = (sent: readonly Sending[]): string[] =>
  reportsOf(sent).map(
    ({ topic, occurred }) => `${(occurred - from) / 1000} ${topic.replace(/^device\.(input\.)?/, "")}`,
  )

/** Gives commands, a minute apart: what is reported by the door, in seconds, and what it refuses. */
function give(commands: readonly Given[], before: (building: Building) => void = () => {}): string[] {
  const options = { plan: demoBuilding, seed: 7, run: "run", from, ...(quiet && { scenario: quiet }) }
  const building = openBuilding(options)
  before(building)
  const answers = commands.flatMap((given, index) => {
    const at = from + index * 60_000
    const earlier = building.advance(at)
    const command = typeof given === "string" ? { command: given } : given
    const { impossible } = building.obey(door, command, at)
    return [...told([...earlier, ...building.advance(at)]), ...(impossible === undefined ? [] : [impossible])]
  })
  return [...answers, ...told(building.advance(from + 3_600_000))]
}

describe("A command from afar", () => {
  it("tries to open the door for its dwell, or for as long as is told", () => {
    expect(give(["try-open"])).toEqual(["0 relay.on", "3 relay.off"])
    expect(give([{ command: "try-open", dwell: 5 }])).toEqual(["0 relay.on", "0.5 relay.off"])
    expect(give([{ command: "try-open", dwell: 5400 }])).toEqual(["0 relay.on", "540 relay.off"])
  })

  it.each([0, 5401, 1.5, NaN])("opens for no dwell of %s", (dwell) => {
    expect(give([{ command: "try-open", dwell }])).toEqual([
      `A dwell is 1 to 5400 tenths of a second, not ${dwell}.`,
    ])
  })

  it("opens, closes and toggles, and is done where it is so already", () => {
    const opened = ["0 forceopen.on", "0 relay.on"]
    const closed = ["120 forceopen.off", "120 relay.off"]
    expect(give(["open", "open", "close", "close"])).toEqual([...opened, ...closed])
    expect(give(["toggle", "toggle"])).toEqual([...opened, "60 forceopen.off", "60 relay.off"])
  })

  it("turns do not disturb on and off, under which it neither tries to open nor toggles", () => {
    expect(give(["do-not-disturb", "try-open", "toggle", "do-not-disturb", "toggle"])).toEqual([
      "0 forceclose.on",
      "The door is under do not disturb: it cannot be opened for a dwell before that is taken back.",
      "The door is under do not disturb: it cannot be toggled before that is taken back.",
      "180 forceclose.off",
      "240 forceopen.on",
      "240 relay.on",
    ])
  })

  it("ends do not disturb where it says plainly that the door is to be open", () => {
    expect(give(["do-not-disturb", "open"])).toEqual([
      "0 forceclose.on",
      "60 forceclose.off",
      "60 forceopen.on",
      "60 relay.on",
    ])
  })

  it("closes a door in the middle of a dwell", () => {
    expect(give([{ command: "try-open", dwell: 5_400 }, "close"])).toEqual(["0 relay.on", "60 relay.off"])
  })

  it("reads for a holder who is not there, who may be denied, but must be known", () => {
    const reads = [known, disabled, "nobody"].map((holderId = ""): Command => ({
      command: "virtual-read",
      holderId,
    }))
    expect(give(reads)).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "3 relay.off",
      "60 request.denied",
      "The cloud node does not know this holder.",
    ])
  })

  it("clears a forced alarm, and is done where there is none", () => {
    const force = (building: Building): void => {
      building.act(door, { does: "input", input: { kind: "opened" } }, from)
    }
    expect(give(["clear-alarm"], force)).toEqual(["0 alarm.forced.cleared", "10 alarm.propped.on"])
    expect(give(["clear-alarm"])).toEqual([])
  })

  it("does not come to a door whose controller is cut off", () => {
    const cut = (building: Building): void => {
      building.act("", { does: "cuts", id: ground.id }, from)
    }
    expect(give(["open"], cut)).toEqual(["The door's controller is cut off from its cloud node."])
  })

  it("is for a door that is there", () => {
    const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run", from })
    expect(() => building.obey("nowhere", { command: "open" }, from)).toThrow(/no door/)
  })
})
