/** Events as lines for a person. */
import { describe, expect, it } from "vitest"
import { prettyLine } from "./pretty.js"

const cloudNode = { id: "node", name: "Ground Floor", serialNumber: "1234ABC" }
const occurred = new Date(2026, 0, 2, 14, 3, 27).getTime()
const device = { id: "door", name: "Front Door", connection: "c", port: 1 }

describe("A line for a person", () => {
  it("says when it occurred, what, where and who", () => {
    const event = { body: { device, holder: { name: "Ada Lovelace" } }, cloudNode, occurred }
    expect(prettyLine("device.request.allowed", event)).toBe(
      "14:03:27  device.request.allowed       Front Door, Ada Lovelace",
    )
  })

  it("names the cloud node where no door is meant", () => {
    const event = { body: { connectionId: "c", address: "", type: "ao_rules" }, cloudNode, occurred }
    expect(prettyLine("endpoint.sync.started", event)).toBe(
      "14:03:27  endpoint.sync.started        Ground Floor",
    )
  })

  it("spells out a liveEvent, whatever its placeholders hold", () => {
    const event = {
      topic: "device.request.allowed",
      info: 'Person "%s" at "%s", and %s.',
      placeholders: [
        { text: "50 %s $& off", id: "a", type: "holder" },
        { text: "Front Door", id: "b", type: "device" },
      ],
      cloudNode,
      occurred,
    }
    expect(prettyLine("liveEvent", event)).toMatch(/ {2}Person "50 %s \$& off" at "Front Door", and %s\.$/)
  })

  it("shows what it does not know as it is", () => {
    const event = { serialNumber: "1234ABC", timestamp: "2025-01-06T15:57:16Z" }
    expect(prettyLine("cloudnode.connected", event)).toMatch(
      /^\d\d:\d\d:\d\d {2}cloudnode\.connected {10}\{"serialNumber":"1234ABC","timestamp":"2025-01-06T15:57:16Z"\}$/,
    )
  })

  it("stays one line, and leaves the terminal alone, whatever a door is called", () => {
    const event = {
      body: { device: { ...device, name: "Front\r\n\u001B[31mDoor\u009B" } },
      cloudNode,
      occurred,
    }
    expect(prettyLine("device.alarm.forced", event)).toMatch(/ {2}Front \[31mDoor $/)
  })
})
