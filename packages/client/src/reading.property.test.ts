import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Listening, type Told } from "./listening.js"
import { ScriptedWorld, type AskedFor } from "./scripted.suite.js"

const size = 12

/** What becomes of one stream: where it is cut, into how large pieces it falls, and how it ends. */
const fate = fc.record({
  /** How much of it arrives, in hundredths. */
  share: fc.nat(100),
  piece: fc.integer({ min: 1, max: 90 }),
  end: fc.constantFrom("end", "break", "invalidToken", "garbage"),
  /** Whether a pulse stands after each event. */
  pulses: fc.boolean(),
})
type Fate = typeof fate extends fc.Arbitrary<infer F> ? F : never

/** What the server would say from a position on: events of every second position, and how far it is. */
function textFrom(position: number, { pulses, end }: Fate): string {
  const blocks = [`retry: 2000\nid: c${position}\n\n`]
  for (let at = position + 1; at <= size; at += 1) {
    const body = JSON.stringify({ body: { at, text: "ö🚪" } })
    blocks.push(at % 2 === 0 ? `event: device.input.rex.on\ndata: ${body}\nid: c${at}\n\n` : "")
    if (pulses) blocks.push(`id: c${at}\n:\n\n`)
  }
  if (end === "invalidToken") blocks.push(`event: invalidToken\ndata: {}\n\n`)
  if (end === "garbage") blocks.push(`event: device.input.rex.on\ndata: {"\nid: c99\n\n`)
  return blocks.join("")
}

const positionIn = ({ headers }: AskedFor): number => Number(headers.get("last-event-id")?.slice(1) ?? 0)

/** The server, for one stream. */
const serve =
  (its: Fate) =>
  (asked: AskedFor): Response => {
    const bytes = new TextEncoder().encode(textFrom(positionIn(asked), its))
    const arriving = Math.ceil((bytes.length * its.share) / 100)
    let at = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (at < arriving) controller.enqueue(bytes.slice(at, Math.min(arriving, (at += its.piece))))
        else if (its.end === "break") controller.error(new TypeError("terminated"))
        else controller.close()
      },
    })
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } })
  }

const whole: Fate = { share: 100, piece: 50, end: "end", pulses: false }

describe("Whatever becomes of streams, byte by byte", () => {
  it("a loop hears each event once and in order; and one that is left in any event, by runs on one store, at least once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 12 }), fc.nat(3), async (fates, leaveEvery) => {
        const world = new ScriptedWorld(...[...fates, ...Array.from({ length: 20 }, () => whole)].map(serve))
        const heard: number[] = []
        let kept: string | undefined
        const settings = {
          url: "http://door.test",
          systemId: "s",
          after: "earliest",
          token: () => "t",
          store: { load: () => kept, save: (cursor: string) => (kept = cursor) },
          onTrouble: ({ retryIn = 0 }) => queueMicrotask(() => world.elapse(retryIn)),
        }
        let left = 0
        while (heard.at(-1) !== size)
          for await (const { body } of new Listening<Told>(world, settings, ["*"])) {
            heard.push((body as { at: number }).at)
            if (heard.at(-1) === size) break
            // One in which it is left for the second time in a row would never get on.
            if (leaveEvery > 0 && heard.length % (leaveEvery + 1) === 0 && left !== heard.at(-1)) {
              left = heard.at(-1)!
              break
            }
          }
        const once = heard.filter((at, index) => at !== heard[index - 1])
        expect(once).toEqual([2, 4, 6, 8, 10, 12])
        if (leaveEvery === 0) expect(heard).toEqual(once)
        expect(world.timers).toBe(0)
      }),
    )
  })
})
