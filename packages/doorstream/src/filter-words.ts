/** What events must be about to be heard, as it is typed. It must not know who is asked for them. */

const kinds = { device: "devices", "cloud-node": "cloudNodes", holder: "holders" } as const

/** Ids or externalIds, as `subscribeIsolated` takes them. */
export type FilterWords = { readonly [K in (typeof kinds)[keyof typeof kinds]]?: readonly string[] }

const mustBe = "must be device=…, cloud-node=… or holder=…, with ids or externalIds, and commas between them"

/**
 * Reads a filter: a word without a kind is of the kind before it.
 *
 * @throws Error with the end of a sentence that says what it must be
 * @example readFilter("device=front-door,back-door,holder=ada") // { devices: ["front-door", "back-door"], holders: ["ada"] }
 */
export function readFilter(text: string): FilterWords {
  const read: { -readonly [K in keyof FilterWords]: string[] } = {}
  let kind: keyof FilterWords | undefined
  for (const part of text.split(",")) {
    const [, named, word = part] = /^([a-z-]+)=(.*)$/.exec(part.trim()) ?? []
    if (named !== undefined)
      kind = Object.hasOwn(kinds, named) ? kinds[named as keyof typeof kinds] : undefined
    if (kind === undefined || word.trim() === "") throw new Error(mustBe)
    const words = (read[kind] ??= [])
    words.push(word.trim())
  }
  return read
}

/** The same in a URL. */
export const filterQuery = ({ devices, cloudNodes, holders }: FilterWords): readonly [string, string][] => [
  ...(devices ?? []).map((word): [string, string] => ["device", word]),
  ...(cloudNodes ?? []).map((word): [string, string] => ["cloudNode", word]),
  ...(holders ?? []).map((word): [string, string] => ["holder", word]),
]
