/** Commands: whose device is meant, and what is not answered yet, whatever happens in whatever order. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  addressed,
  answer,
  auditOfCommand,
  expire,
  hold,
  letGo,
  nextExpiry,
  noneUnanswered,
  refusalIn,
  send,
  type Unanswered,
} from "./commands.js"
import { house, type Change } from "./ports.js"
import { registryOf } from "./registry-of.suite.js"

const most = 5
const life = 50

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ what: "hold" as const }) },
  { weight: 3, arbitrary: fc.constant({ what: "send" as const }) },
  { weight: 1, arbitrary: fc.constant({ what: "letGo" as const }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("answer" as const), which: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("wait" as const), time: fc.nat(40) }) },
)

describe("What a cloud node has not answered", () => {
  it("is never more than the bound, and each command ends once: answered in its time, or expired, at its time", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let unanswered: Unanswered = noneUnanswered
        let now = 0
        let sent = 0
        const due = new Map<string, number>()
        const ended = new Set<string>()
        const end = (id: string): void => {
          expect(ended).not.toContain(id)
          ended.add(id)
          due.delete(id)
        }
        for (const each of steps) {
          if (each.what === "hold") {
            const held = hold(unanswered, most)
            expect(held === undefined).toBe(unanswered.held + due.size >= most)
            unanswered = held ?? unanswered
          } else if (each.what === "wait") {
            now += each.time
            const { left, expired } = expire(unanswered, now)
            expect(expired).toEqual([...due].filter(([, at]) => at <= now).map(([id]) => id))
            expired.forEach(end)
            unanswered = left
          } else if (each.what === "answer") {
            const id = `${each.which}`
            const left = answer(unanswered, id)
            expect(left !== undefined).toBe(due.has(id))
            if (left !== undefined) end(id)
            unanswered = left ?? unanswered
          } else if (unanswered.held > 0 && each.what === "letGo") unanswered = letGo(unanswered)
          else if (unanswered.held > 0) {
            const id = `${(sent += 1)}`
            due.set(id, now + life)
            unanswered = send(unanswered, id, now + life)
          }
          expect(unanswered.held + unanswered.sent.size).toBeLessThanOrEqual(most)
          expect(nextExpiry(unanswered)).toBe(due.size === 0 ? undefined : Math.min(...due.values()))
        }
        expect(expire(unanswered, Infinity).expired).toHaveLength(sent - ended.size)
      }),
    )
  })
})

const created = "2026-01-01T00:00:00.000Z"
const nodeOf = (id: string): Change => ({
  kind: "cloudNode",
  system: "tower",
  value: {
    id,
    name: id,
    externalId: `${id} by name`,
    serialNumber: id,
    timezone: "UTC",
    cardFormat: [],
    created,
  },
})
const doorOf = (id: string, cloudNodeId: string, system = "tower"): Change =>
  ({ kind: "device", system, value: { id, name: id, externalId: `${id} by name`, cloudNodeId } }) as Change
const holderOf = (id: string, system = "tower"): Change =>
  ({
    kind: "holder",
    system,
    value: { id, externalId: `${id} by name`, credentials: [] },
  }) as unknown as Change

const registry = registryOf(
  { kind: "system", system: house, value: { id: "tower", name: "Tower", created } },
  nodeOf("north"),
  nodeOf("south"),
  doorOf("gate", "north"),
  doorOf("hatch", "south"),
  holderOf("ann"),
  holderOf("bob", "annex"),
)
const to = (node: string, device: string) => addressed(registry, "tower", node, device, { command: "open" })
const read = (holderId: string) =>
  addressed(registry, "tower", "north", "gate", { command: "virtual-read", holderId })

describe("A command", () => {
  it("finds its cloud node, device and holder by their ids or names, and goes on with ids", () => {
    const open = { cloudNodeId: "north", command: { deviceId: "gate", command: "open" } }
    expect(to("north", "gate")).toEqual(open)
    expect(to("north by name", "gate by name")).toEqual(open)
    const reading = { deviceId: "gate", command: "virtual-read", holderId: "ann" }
    expect(read("ann")).toEqual({ cloudNodeId: "north", command: reading })
    expect(read("ann by name")).toEqual({ cloudNodeId: "north", command: reading })
  })

  it("is refused where its cloud node, device or holder is not there, or is another's", () => {
    expect(to("west", "gate")).toMatchObject({ code: "cloud_node_unknown" })
    expect(to("north", "hatch")).toMatchObject({ code: "object_unknown" })
    expect(addressed(registry, "annex", "north", "gate", { command: "open" })).toMatchObject({
      code: "cloud_node_unknown",
    })
    expect(read("bob")).toMatchObject({ code: "reference_unknown", message: expect.stringContaining("bob") })
  })

  it("is told in the audit by its device, with what it was told besides", () => {
    const by = { id: "wall", name: "The wall", from: "192.0.2.7" }
    const told = (more: object) => ({ at: 7, by, system: "tower", deeds: [{ id: "gate", ...more }] })
    expect(auditOfCommand(by, 7, "tower", { deviceId: "gate", command: "toggle" })).toEqual(
      told({ what: "device.toggle" }),
    )
    const dwell = { deviceId: "gate", command: "try-open", dwell: 50 } as const
    expect(auditOfCommand(by, 7, "tower", dwell)).toEqual(
      told({ what: "device.try-open", now: { dwell: 50 } }),
    )
    const { command } = read("ann") as { command: typeof dwell }
    expect(auditOfCommand(by, 7, "tower", command)).toEqual(
      told({ what: "device.virtual-read", now: { holderId: "ann" } }),
    )
  })

  it("that is refused is answered with what the cloud node says, but for what could change a terminal", () => {
    const said = { type: "commandRefused", id: "1" } as const
    expect(refusalIn({ type: "commandDone", id: "1" })).toBeUndefined()
    expect(refusalIn({ ...said, code: "late" })).toMatchObject({
      code: "command_refused",
      message: expect.stringContaining("It says late."),
    })
    const message = "\u001b[31mno lock\u0007\n"
    expect(refusalIn({ ...said, code: "not_possible", message })!.message).toMatch(
      /It says not_possible: \[31mno lock The message/,
    )
  })
})
