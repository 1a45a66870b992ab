/**
 * Reads server-sent events out of bytes that may be split anywhere, as the HTML standard has it. It must not know where
 * the bytes come from, nor what the events mean.
 */

/** What stands between two empty lines. */
export interface Block {
  readonly event: string
  /** Undefined where it has none, as a pulse: such a block says only how far the stream is. */
  readonly data: string | undefined
  /** Undefined where this very block has none. */
  readonly id: string | undefined
  /** After how many milliseconds to come back; undefined where it does not say. */
  readonly retry: number | undefined
}

/** The most characters that a block may have: whatever goes on for longer is no event. */
export const longestBlock = 16_777_216

/** Lines end with any of these three; a text that ends with a carriage return may go on with its line feed. */
const lineEnd = /\r\n|\n|\r(?!$)/

export class BlockReader {
  readonly #decoder = new TextDecoder()
  #rest = ""
  #event = ""
  #data: string[] | undefined
  #id: string | undefined
  #retry: number | undefined
  #length = 0

  /**
   * @returns the blocks that are whole with these bytes
   * @throws RangeError where one is longer than any event
   */
  read(bytes: Uint8Array): Block[] {
    const blocks: Block[] = []
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(lineEnd)
    this.#rest = lines.pop()!
    for (const line of lines) {
      this.#length += line.length
      if (line !== "") this.#take(line)
      else if (this.#length > 0) blocks.push(this.#end())
    }
    if (this.#length + this.#rest.length > longestBlock) throw new RangeError("A block without an end.")
    return blocks
  }

  #take(line: string): void {
    const colon = line.indexOf(":")
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1)
    if (name === "event") this.#event = value
    else if (name === "data") (this.#data ??= []).push(value)
    else if (name === "id" && !value.includes("\0")) this.#id = value
    else if (name === "retry" && /^\d+$/.test(value)) this.#retry = Number(value)
  }

  #end(): Block {
    const block = {
      event: this.#event === "" ? "message" : this.#event,
      data: this.#data?.join("\n"),
      id: this.#id,
      retry: this.#retry,
    }
    this.#event = ""
    this.#data = this.#id = this.#retry = undefined
    this.#length = 0
    return block
  }
}
