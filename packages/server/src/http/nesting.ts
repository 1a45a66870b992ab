/** How deep JSON is nested, seen before it is parsed: a body of nothing but brackets costs a parser most. It must not know what a body is for. */

const quote = 0x22
const backslash = 0x5c
const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d

/** The place after the end of a string that begins at `start`; what does not end is left to the parser. */
function skipString(json: Uint8Array, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1
  return at + 1
}

/**
 * Whether arrays and objects stand within each other more than so many deep. Of what is no JSON it may say either.
 *
 * @param json in UTF-8
 */
export function isDeeperThan(json: Uint8Array, most: number): boolean {
  let depth = 0
  let at = 0
  while (at < json.length) {
    const byte = json[at]!
    if (byte === quote) at = skipString(json, at)
    else {
      if (isOpening(byte) && (depth += 1) > most) return true
      if (isClosing(byte)) depth -= 1
      at += 1
    }
  }
  return false
}
