/**
 * Creates, replaces, changes and removes one object at a time. All that depends on what is there is decided where nobody
 * else can change it meanwhile. It must not know any noun. PROTOCOL §15.
 */
import {
  isRefusal,
  refuse,
  type NounName,
  type Nouns,
  type Refusal,
  type Written,
} from "@doorstream/contract"
import { changes, creations, readWritten } from "@doorstream/contract/validate"
import { eraseEverywhere } from "../core/forgetting.js"
import type { Beside, Change, Decided, Verified } from "../core/ports.js"
import { erasureOf } from "../core/removal.js"
import type { Shelf } from "../core/shelves.js"
import { writtenInto, type Extent, type Given } from "../core/writing.js"
import { answerRefusal } from "./answer.js"
import { objectionAfterBody } from "./bearer.js"
import { readJson } from "./body.js"
import { matches } from "./etag.js"
import { authorOf } from "./member.js"
import { answerObject, see, shelfOf, wordIn, type Asked } from "./object.js"

/** The most bytes of one object: 256 KiB. */
const most = 256 * 1024

/** About the most that a change writes beside what was sent: the pages that it falls upon, and its events. */
const bytesBeside = 64 * 1024

type Deciding<T> = () => Omit<Decided<T>, "events" | "audit"> | Refusal

/** What was written, with a hash where a PIN was. */
async function readObject<N extends NounName>(
  { c, deps, shown, system }: Asked<N>,
  schemas: typeof creations,
): Promise<Written | Refusal> {
  const body = await readJson(c.req.raw, most)
  if (isRefusal(body)) return body
  const objection = await objectionAfterBody(c, deps, system, "manage")
  if (objection !== undefined) return objection
  const told = readWritten(schemas[shown.noun], body.value)
  if (isRefusal(told) || typeof told["pin"] !== "string") return told
  return { ...told, pin: await deps.hashPin(told["pin"]) }
}

/** Makes a change, or says why not: the object is another by now, something does not fit, or nothing can be written. */
async function change<N extends NounName, T>(
  { c, deps, system }: Asked<N>,
  token: Verified,
  decide: Deciding<T>,
): Promise<T | Refusal> {
  const work = () => deps.change(system, authorOf(c, deps, token), decide)
  try {
    // What is removed may be removed from a full disk, too: people can be erased whatever happens.
    return await (c.req.method === "DELETE" ? work() : deps.spend(bytesBeside, work))
  } catch (fault) {
    deps.log(fault, "changing the registry")
    return refuse("storage_fault")
  }
}

/** The object that the path names, unless it is another by now than the request has it. */
function findUnchanged<N extends NounName>(asked: Asked<N>, shelf: Shelf<Nouns[N]>): Nouns[N] | Refusal {
  const found = shelf.find(wordIn(asked.c))
  if (isRefusal(found)) return found
  const { etag } = see(asked, found)
  return matches(asked.c.req.header("if-match"), etag) ? found : refuse("precondition_failed")
}

const placed = <N extends NounName>(shelf: Shelf<Nouns[N]>, value: Nouns[N] | Refusal) =>
  isRefusal(value) ? value : { changes: shelf.place(value), answer: value }

export async function answerCreated<N extends NounName>(asked: Asked<N>, token: Verified): Promise<Response> {
  const { c, deps, shown, system, seen } = asked
  const told = await readObject(asked, creations)
  if (isRefusal(told)) return answerRefusal(c, told)
  const made = await change(asked, token, (): ReturnType<Deciding<Nouns[N]>> => {
    const shelf = shelfOf(asked)
    if (isRefusal(shelf)) return shelf
    const given: Given = { id: deps.freshId(), ...shelf.begin(new Date(deps.now()).toISOString()) }
    return placed(shelf, writtenInto(shown.noun, told, given, "whole", { registry: seen.registry, system }))
  })
  if (isRefusal(made)) return answerRefusal(c, made)
  c.header("Location", `${deps.publicUrl()}${new URL(c.req.url).pathname}/${made.id}`)
  return answerObject(c, see(asked, made), 201)
}

/** @param extent of what was written: PUT writes the whole, PATCH a part */
export async function answerWritten<N extends NounName>(
  asked: Asked<N>,
  token: Verified,
  extent: Extent,
): Promise<Response> {
  const { c, shown, system, seen } = asked
  const told = await readObject(asked, extent === "whole" ? creations : changes)
  if (isRefusal(told)) return answerRefusal(c, told)
  const written = await change(asked, token, (): ReturnType<Deciding<Nouns[N]>> => {
    const shelf = shelfOf(asked)
    if (isRefusal(shelf)) return shelf
    const before = findUnchanged(asked, shelf)
    if (isRefusal(before)) return before
    const place = { registry: seen.registry, system }
    return placed(shelf, writtenInto(shown.noun, told, before as unknown as Given, extent, place))
  })
  return isRefusal(written) ? answerRefusal(c, written) : answerObject(c, see(asked, written))
}

function readErase({ c, shown }: Asked<NounName>): boolean | Refusal {
  const said = c.req.query("erase") ?? "false"
  if (shown.canErase !== true || said === "false") return false
  return said === "true" ? true : refuse("request_invalid", "erase is true or false.")
}

/** Who was removed before can still be erased. */
function erasing<N extends NounName>(
  asked: Asked<N>,
  found: Nouns[N] | Refusal,
): readonly Change[] | Refusal {
  const { registry } = asked.deps
  if (!isRefusal(found)) return erasureOf(registry, asked.system, found.id)
  const isGone = found.code === "object_unknown"
  const erased = isGone ? erasureOf(registry, asked.system, wordIn(asked.c)) : found
  return isRefusal(erased) ? found : erased
}

export async function answerRemoved<N extends NounName>(asked: Asked<N>, token: Verified): Promise<Response> {
  const isErasing = readErase(asked as unknown as Asked<NounName>)
  if (typeof isErasing !== "boolean") return answerRefusal(asked.c, isErasing)
  const remove = (beside: Beside) =>
    change(asked, token, (): ReturnType<Deciding<undefined>> => {
      const shelf = shelfOf(asked)
      if (isRefusal(shelf)) return shelf
      const found = findUnchanged(asked, shelf)
      if (isErasing) {
        const erased = erasing(asked, found)
        return isRefusal(erased) ? erased : { changes: erased, beside, answer: undefined }
      }
      return isRefusal(found) ? found : { changes: shelf.remove(found), answer: undefined }
    })
  const { c, deps, system } = asked
  const removed = await (isErasing ? eraseEverywhere(deps, system, wordIn(c), remove) : remove([]))
  return removed === undefined ? c.body(null, 204) : answerRefusal(c, removed)
}
