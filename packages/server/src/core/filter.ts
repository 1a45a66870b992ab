/**
 * What a listener filters by, from the words that it says to the ids that are meant: a filter that is not understood
 * whole is refused whole, because to hear more or less than was asked would be silence. It must not know who asks.
 * PROTOCOL §21.
 */
import { isRefusal, refuse, type Filter, type Refusal } from "@doorstream/contract"
import { findEverByWord, type Named } from "./naming.js"
import type { Registry, SystemId } from "./ports.js"
import type { Selection } from "./view.js"

/** The lists of a filter, and what each names. */
const kinds = { cloudNodes: "cloudNode", devices: "device", holders: "holder" } as const satisfies Record<
  keyof Filter,
  Named
>
const lists = Object.keys(kinds) as (keyof Filter)[]

const words = { cloudNode: "cloud node", device: "device", holder: "holder" } as const

/** The most that one filter may name, and the longest of it. */
const [mostWords, longestWord] = [1000, 128]

const isWord = (word: unknown): word is string =>
  typeof word === "string" && word !== "" && word.length <= longestWord

function faultOf(filter: object): string | undefined {
  let count = 0
  for (const [name, list] of Object.entries(filter)) {
    if (!Object.hasOwn(kinds, name)) return `It has ${JSON.stringify(name.slice(0, longestWord))}.`
    if (list === undefined || list === null) continue
    if (!Array.isArray(list)) return `${name} is no list.`
    if (list.length === 0) return `${name} is empty, so that nothing could be heard.`
    if (!list.every(isWord)) return `${name} has what is no text of 1 to ${longestWord} characters.`
    count += list.length
  }
  return count > mostWords ? `It names ${count}, and may name ${mostWords}.` : undefined
}

/** Reads a filter, word for word. Undefined where there is none. */
export function readFilter(filter: unknown): Filter | Refusal | undefined {
  if (filter === undefined || filter === null) return undefined
  if (typeof filter !== "object" || Array.isArray(filter)) return refuse("filter_invalid")
  const fault = faultOf(filter)
  if (fault !== undefined) return refuse("filter_invalid", fault)
  const told = lists.flatMap((name) => {
    const list = (filter as Filter)[name]
    return list === undefined || list === null ? [] : [[name, list]]
  })
  return told.length === 0 ? undefined : (Object.fromEntries(told) as Filter)
}

type Finding = Pick<Registry, "findEver" | "findNamedEver">

/** Finds the ids that a filter means, of what is there and of what was: its past may be replayed. */
export function select(filter: Filter | undefined, system: SystemId, registry: Finding): Selection | Refusal {
  const selection: { -readonly [L in keyof Selection]: ReadonlySet<string> } = {}
  for (const list of lists) {
    const said = filter?.[list]
    if (said === undefined) continue
    const ids = idsOf(kinds[list], said, system, registry)
    if (isRefusal(ids)) return ids
    selection[list] = ids
  }
  return selection
}

function idsOf(
  kind: (typeof kinds)[keyof Filter],
  said: readonly string[],
  system: SystemId,
  registry: Finding,
): ReadonlySet<string> | Refusal {
  const ids = new Set<string>()
  for (const word of said) {
    const found = findEverByWord(registry, kind, system, word)
    if (found === undefined)
      return refuse("filter_unknown", `There is no ${words[kind]} ${JSON.stringify(word)}.`)
    ids.add(found.id)
  }
  return ids
}

const isAlike = (a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.size === b.size && [...a].every((id) => b.has(id)))

/** Whether two mean the same, however they were worded. */
export const selectsAlike = (a: Selection, b: Selection): boolean =>
  lists.every((list) => isAlike(a[list], b[list]))
