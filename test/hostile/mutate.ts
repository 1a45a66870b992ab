/**
 * Makes something else of a frame, by chance that a seed decides: of its bytes, or of the JSON in it, which then still is
 * JSON and is looked at further inside. It must not know what frames mean.
 */

/** Chance that is the same again for the same seed. */
export interface Chance {
  /** A whole number from 0, below `end`. */
  below(end: number): number
  pick<T>(from: readonly T[]): T
}

/** Mulberry32: small, fast, and good enough for this. */
export function openChance(seed: number): Chance {
  let state = seed >>> 0
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }
  return { below, pick: (from) => from[below(from.length)]! }
}

/** What has been the end of many a parser. */
const morsels = [
  ...'0 1 2 3 4 5 6 7 8 9 [ ] { } " , : - / \\'.split(" "),
  "\x1e",
  "\0",
  "\u2028",
  "\ufeff",
  "\\ud800",
  "-1",
  "1e999",
  "4294967296",
  "9007199254740993",
  "__proto__",
  "constructor",
  "null",
  "true",
  '{"_placeholder":true,"num":0}',
  '"topics":["*"]',
  "[".repeat(500),
  "42",
  "451-",
  "/admin,",
].map((text) => Buffer.from(text))

type Mutation = (frame: Buffer, chance: Chance, others: readonly Buffer[]) => Buffer

const put = (frame: Buffer, from: number, to: number, ...parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat([frame.subarray(0, from), ...parts, frame.subarray(to)])

/** A part of a frame: from, and to. */
const partOf = (frame: Buffer, chance: Chance): [number, number] => {
  const from = chance.below(frame.length + 1)
  return [from, from + chance.below(frame.length - from + 1)]
}

const mutations: readonly Mutation[] = [
  (frame, chance) => {
    const at = chance.below(frame.length + 1)
    return put(frame, at, at + 1, Buffer.from([chance.below(256)]))
  },
  (frame, chance) => {
    const at = chance.below(frame.length + 1)
    return put(frame, at, at + 1, Buffer.from([(frame[at] ?? 0) ^ (1 << chance.below(8))]))
  },
  (frame, chance) => {
    const at = chance.below(frame.length + 1)
    return put(frame, at, at, chance.pick(morsels))
  },
  (frame, chance) => put(frame, ...partOf(frame, chance), chance.pick(morsels)),
  (frame, chance) => put(frame, ...partOf(frame, chance)),
  (frame, chance) => {
    const [from, to] = partOf(frame, chance)
    const part = frame.subarray(from, to)
    return put(frame, from, to, ...Array.from({ length: 1 + chance.below(20) }, () => part))
  },
  (frame, chance) => frame.subarray(0, chance.below(frame.length + 1)),
  (frame, chance, others) => {
    const other = chance.pick(others)
    return Buffer.concat([
      frame.subarray(0, chance.below(frame.length + 1)),
      other.subarray(chance.below(other.length + 1)),
    ])
  },
]

/** What may stand where something else was meant. */
const strange: readonly unknown[] = [
  null,
  true,
  -1,
  1e21,
  "",
  "*",
  "__proto__",
  "\ud800",
  "x".repeat(3000),
  {},
  [],
  ["*"],
  { length: 4294967295 },
  { toString: null },
  { topics: ["*"] },
  { token: 1 },
  JSON.parse("[".repeat(500) + "]".repeat(500)),
  JSON.parse('{"__proto__":{"topics":["*"],"token":"x"}}'),
]

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** Puts something else in one place of a value: it may be gone, or something strange, or twice, or further inside. */
function changeValue(value: unknown, chance: Chance): readonly unknown[] {
  if (isObject(value) && chance.below(4) > 0) {
    const at = chance.below(Object.keys(value).length)
    const changed = Object.entries(value).flatMap(([key, each]: [string, unknown], index) =>
      (index === at ? changeValue(each, chance) : [each]).map((one) => [key, one] as const),
    )
    return [Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed)]
  }
  return chance.pick([
    [],
    [chance.pick(strange)],
    [chance.pick(strange)],
    [value, value],
    [[value]],
    [{ value }],
  ])
}

/** What stands before the JSON at the end of a frame, and the JSON; undefined where there is none. */
function splitJson(frame: Buffer): [head: string, json: unknown] | undefined {
  const [, head = "", json = ""] = /^(\d*-?\d*)([[{].*)$/s.exec(frame.toString()) ?? []
  try {
    return [head, JSON.parse(json)]
  } catch {
    return undefined
  }
}

/** Changes the JSON of one of the frames, or its bytes once to four times. */
export function mutate(frames: readonly Buffer[], chance: Chance): Buffer {
  let frame = chance.pick(frames)
  const split = splitJson(frame)
  if (split !== undefined && chance.below(2) === 0) {
    const [changed = []] = changeValue(split[1], chance)
    return Buffer.from(split[0] + JSON.stringify(changed))
  }
  for (let left = 1 + chance.below(4); left > 0; left -= 1)
    frame = chance.pick(mutations)(frame, chance, frames)
  return frame
}
