/** A state that is folded by keys is the contract's fold, whatever happens, and whenever it is kept and opened again. */
import { emptyState, fold, unknownDoor, type SystemState } from "@doorstream/contract"
import fc from "fast-check"
import { expect, it } from "vitest"
import type { Row } from "./ports.js"
import { StateBook } from "./state-book.js"
import { happenings, unordered, type Happened } from "./state-events.suite.js"

const rowOf = ({ topic, event }: Happened, position: number, text = JSON.stringify(event)): Row => ({
  position,
  topic,
  text,
  received: 0,
  reportId: "",
})

it("A book says what the fold says, after every event", () => {
  fc.assert(
    fc.property(fc.array(happenings, { maxLength: 60 }), (all) => {
      const book = new StateBook(0, emptyState)
      let folded = emptyState
      for (const [at, each] of all.entries()) {
        book.hear(rowOf(each, at + 1))
        folded = fold(folded, each.topic, each.event)
        expect(unordered(book.state)).toEqual(unordered(folded))
        for (const node of folded.cloudNodes)
          expect(book.cloudNode(node.id ?? "nobody", node.serialNumber)).toEqual(node)
      }
    }),
  )
})

it("A book that is kept by what changed, now and then, and opened anew, goes on where it was", () => {
  const step = fc.oneof({ weight: 5, arbitrary: happenings }, fc.constantFrom("keep", "open", "fail"))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const disk = { doors: new Map<string, object>(), cloudNodes: new Map<string, object>(), position: 0 }
      const read = (): SystemState =>
        ({ doors: [...disk.doors.values()], cloudNodes: [...disk.cloudNodes.values()] }) as SystemState
      const log: Row[] = []
      let book = new StateBook(0, emptyState)
      let folded = emptyState
      const set = (map: Map<string, object>, changed: ReadonlyMap<string, object | undefined>): void => {
        for (const [key, value] of changed) {
          map.delete(key)
          if (value !== undefined) map.set(key, value)
        }
      }
      for (const each of steps) {
        if (each === "keep") {
          const { doors, cloudNodes } = book.takeChanged()
          set(disk.doors, doors)
          set(disk.cloudNodes, cloudNodes)
          disk.position = book.position
        } else if (each === "fail") book.giveBack(book.takeChanged())
        else if (each === "open") {
          book = new StateBook(disk.position, read())
          for (const row of log) book.hear(row)
        } else {
          const row = rowOf(each, log.length + 1)
          log.push(row)
          book.hear(row)
          folded = fold(folded, each.topic, each.event)
        }
      }
      expect(unordered(book.state)).toEqual(unordered(folded))
    }),
  )
})

it("Records that are newer than what was folded into them, as a process leaves them that ended amid a write, come out the same", () => {
  fc.assert(
    fc.property(fc.array(happenings, { minLength: 1, maxLength: 40 }), fc.nat(), (all, cut) => {
      const rows = all.map((each, at) => rowOf(each, at + 1))
      const doorsAlone = rows.filter(({ topic }) => topic.startsWith("device."))
      const head = cut % rows.length
      const whole = new StateBook(0, emptyState)
      for (const row of doorsAlone) whole.hear(row)
      const again = new StateBook(head, whole.state)
      for (const row of doorsAlone) again.hear(row)
      expect(unordered(again.state)).toEqual(unordered(whole.state))
    }),
  )
})

it("A book whose event was forgotten before it was read knows of nobody what that event told", () => {
  const opened = { topic: "device.input.dps.opened", id: "d1" } as const
  const event = {
    body: { deviceId: "d1", device: { id: "d1", name: "Door", connection: "c", port: 1 } },
    cloudNode: { id: "n1" },
    occurred: 5,
  }
  const happened = { topic: opened.topic, event }
  const book = new StateBook(0, emptyState)
  book.hear(rowOf(happened, 1))
  book.hear({ ...rowOf({ ...happened, topic: "device.input.rex.on" }, 2) })
  book.hear(rowOf({ ...happened, topic: "device.input.dps.closed" }, 3, ""))
  expect(book.door("d1")).toMatchObject({ ...unknownDoor, rex: true, since: { rex: 5 } })
  book.hear(rowOf(happened, 4))
  expect(book.door("d1")).toMatchObject({ dps: "open", rex: true })
  const node = { serialNumber: "S1", timestamp: 7 }
  book.hear(rowOf({ topic: "cloudnode.disconnected", event: node }, 5))
  book.hear(rowOf({ topic: "cloudnode.connected", event: node }, 6, ""))
  expect(book.cloudNode("n1", "S1")).toMatchObject({ connected: null, since: {} })
})
