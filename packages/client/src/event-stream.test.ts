import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { BlockReader, longestBlock, type Block } from "./event-stream.js"

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const read = (...pieces: readonly (string | Uint8Array)[]): Block[] => {
  const reader = new BlockReader()
  return pieces.flatMap((piece) => reader.read(typeof piece === "string" ? encode(piece) : piece))
}

const block = (more: Partial<Block>): Block => ({
  event: "message",
  data: undefined,
  id: undefined,
  retry: undefined,
  ...more,
})

describe("A block of a stream", () => {
  it("has its event, its data and its id", () => {
    expect(read('event: a.b\ndata: {"x":1}\nid: 7\n\n')).toEqual([
      block({ event: "a.b", data: '{"x":1}', id: "7" }),
    ])
  })

  it("is as the standard has it: comments, no space, several lines of data, fields without a colon", () => {
    expect(read(":hello\n\n")).toEqual([block({})])
    expect(read("data:a\ndata\ndata:  b\n\n")).toEqual([block({ data: "a\n\n b" })])
    expect(read("retry: 20\nretry: 2x\nid: a\0b\nother: 1\n\n\n\n")).toEqual([block({ retry: 20 })])
    expect(read("\uFEFFdata: a\r\rdata: b\r\n\r\n")).toEqual([block({ data: "a" }), block({ data: "b" })])
  })

  it("does not lend its fields to the next one", () => {
    expect(read("event: a\nid: 1\ndata: x\nretry: 3\n\ndata: y\n\n")[1]).toEqual(block({ data: "y" }))
  })

  it("is dropped where the stream ends within it", () => {
    expect(read("data: a\n\ndata: b\n")).toEqual([block({ data: "a" })])
  })

  it("may not go on for ever", () => {
    const piece = "x".repeat(longestBlock / 4)
    const reader = new BlockReader()
    const go = (): void => {
      for (let count = 0; count < 5; count += 1) reader.read(encode(piece))
    }
    expect(go).toThrow(RangeError)
  })

  it("is the same wherever its bytes are split", () => {
    const text = fc.string({ unit: "grapheme" }).map((each) => each.replaceAll(/[\r\n]/g, "·"))
    const one = fc.tuple(text, text, fc.constantFrom("\n", "\r\n", "\r"))
    fc.assert(
      fc.property(fc.array(one), fc.array(fc.nat(60)), (blocks, cuts) => {
        const whole = blocks
          .map(([data, id, end]) => `event: é✓🚪${end}data: ${data}${end}id: ${id}${end}${end}`)
          // A lone carriage return is an end only once something else follows.
          .concat(": end\n")
          .join("")
        const bytes = encode(whole)
        const pieces: Uint8Array[] = []
        let from = 0
        for (const cut of cuts) pieces.push(bytes.subarray(from, (from += cut)))
        expect(read(...pieces, bytes.subarray(from))).toEqual(
          blocks.map(([data, id]) => block({ event: "é✓🚪", data, id: id.includes("\0") ? undefined : id })),
        )
      }),
    )
  })
})
