/** What is new reaches those who are up to date, made ready as seldom as can be. */
import type { TopicName } from "@doorstream/contract"
import { expect, it } from "vitest"
import type { Log, Row } from "../core/ports.js"
import { wholeView, type View } from "../core/view.js"
import type { Batch, Form } from "./outgoing.js"
import { openTails, type TailListener } from "./tail.js"

const opened: TopicName = "device.input.dps.opened"
const closed: TopicName = "device.input.dps.closed"

const row = (position: number, topic: TopicName): Row => ({
  position,
  topic,
  text: "{}",
  received: 0,
  reportId: "",
})

/** A form of this name that keeps which positions it made ready. */
function countingForm(name: string): Form & { readonly made: number[] } {
  const made: number[] = []
  return {
    name,
    made,
    prepare: ({ position, topic }) => {
      made.push(position)
      const packet = `${name}${position} `
      return { position, topic, packet, frame: Buffer.from(packet) }
    },
  }
}

async function openTail() {
  let tell: (rows: readonly Row[]) => void
  const log: Pick<Log, "extent" | "follow"> = {
    extent: () => Promise.resolve({ epoch: "this", first: 1, last: 0 }),
    follow: (_, hear) => {
      tell = hear
      return Promise.resolve({ last: 0, stop: () => undefined })
    },
  }
  const heard: number[] = []
  const parts = { heard: ({ position }: Row) => void heard.push(position), now: () => 0 }
  const tail = await openTails(log as Log, parts)("a")
  const join = (form: Form, topics: readonly TopicName[], view: View = wholeView): Batch[] => {
    const batches: Batch[] = []
    const listener: TailListener = { foot: { form }, view, hear: (batch) => void batches.push(batch) }
    tail.join(listener, topics)
    return batches
  }
  return { join, heard, tell: (...rows: readonly Row[]) => tell(rows) }
}

const said = (batches: readonly Batch[]): string => batches.map(({ frame }) => frame.toString()).join("")

it("A row is made ready once for each form that it goes out in, however many listen to however much", async () => {
  const { join, heard, tell } = await openTail()
  const [plain, stream] = [countingForm("plain"), countingForm("sse")]
  const crowd = [
    join(plain, [opened]),
    join(plain, [opened]),
    join(plain, [opened, closed]),
    join(stream, [closed, opened]),
  ]
  tell(row(1, opened), row(2, closed))
  expect(crowd.map(said)).toEqual(["plain1 ", "plain1 ", "plain1 plain2 ", "sse1 sse2 "])
  expect([plain.made, stream.made]).toEqual([
    [1, 2],
    [1, 2],
  ])
  expect(heard).toEqual([1, 2])
})

it("Those who hear the same are handed the very same piece", async () => {
  const { join, tell } = await openTail()
  const plain = countingForm("plain")
  const [one, other] = [join(plain, [opened, closed]), join(plain, [closed, opened])]
  tell(row(1, opened), row(2, closed))
  expect(said(one)).toBe("plain1 plain2 ")
  expect(other[0]).toBe(one[0])
})
