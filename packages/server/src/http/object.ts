/**
 * The objects of a noun as requests meet them: found by what the path names, shown, and with a version. It must not know
 * any noun, nor how an object is changed. PROTOCOL §15.
 */
import { isRefusal, type NounName, type Nouns, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"
import type { Registry, SystemId } from "../core/ports.js"
import type { Seen } from "../core/seen.js"
import { openShelf, unknown, type Shelf } from "../core/shelves.js"
import { answerRefusal } from "./answer.js"
import type { HttpDeps } from "./deps.js"
import { etagOf, isKnown } from "./etag.js"
import { answerPage } from "./paging.js"

/** A noun as REST knows it. */
export interface Shown<N extends NounName> {
  readonly noun: N
  /** The path of its list: the system is `:systemId`, what the objects stand within `:ownerId`. */
  readonly path: string
  /** An object as it is shown: nothing else of it goes out. */
  readonly show: (value: Nouns[N], registry: Registry, system: SystemId) => object
  /** Whether somebody may ask that nothing personal be left of what is removed. */
  readonly canErase?: true
}

/** What a request asks about. */
export interface Asked<N extends NounName> {
  readonly c: Context
  readonly deps: HttpDeps
  readonly shown: Shown<N>
  readonly system: SystemId
  /** What may be seen by whoever asks. */
  readonly seen: Seen
}

/** One object as text, with its version. */
interface Sight {
  readonly text: string
  readonly etag: string
}

/** Where the objects stand as things are now, as far as they may be seen. */
export function shelfOf<N extends NounName>(asked: Asked<N>): Shelf<Nouns[N]> | Refusal {
  const { c, shown, system, seen } = asked
  const shelf = openShelf(seen.registry, system, shown.noun, c.req.param("ownerId") ?? "")
  if (isRefusal(shelf)) return shelf
  const find: typeof shelf.find = (word) => {
    const found = shelf.find(word)
    return isRefusal(found) || seen.mayName(shown.noun, found, word) ? found : unknown(shown.noun, word)
  }
  return { ...shelf, find }
}

/** The object that the path names. */
export const wordIn = (c: Context): string => c.req.param("id") ?? ""

export function sightOf(object: object): Sight {
  const text = JSON.stringify(object)
  return { text, etag: etagOf(text) }
}

const show = <N extends NounName>({ shown, system, seen }: Asked<N>, value: Nouns[N]): object =>
  shown.show(seen.tell(shown.noun, value), seen.registry, system)

export const see = <N extends NounName>(asked: Asked<N>, value: Nouns[N]): Sight =>
  sightOf(show(asked, value))

export function answerObject(c: Context, { text, etag }: Sight, status: 200 | 201 = 200): Response {
  c.header("ETag", etag)
  if (c.req.method === "GET" && isKnown(c.req.header("if-none-match"), etag)) return c.body(null, 304)
  return c.body(text, status, { "Content-Type": "application/json" })
}

export function answerList<N extends NounName>(asked: Asked<N>): Response {
  const { c, deps } = asked
  const shelf = shelfOf(asked)
  if (isRefusal(shelf)) return answerRefusal(c, shelf)
  return answerPage(c, deps.publicUrl(), shelf.all(), (value) => show(asked, value))
}

export function answerOne<N extends NounName>(asked: Asked<N>): Response {
  const shelf = shelfOf(asked)
  const found = isRefusal(shelf) ? shelf : shelf.find(wordIn(asked.c))
  return isRefusal(found) ? answerRefusal(asked.c, found) : answerObject(asked.c, see(asked, found))
}
