/**
 * The objects of a noun as requests meet them: found by what the path names, shown, and with a version. It must not know
 * any noun, nor how an object is changed. PROTOCOL §15.
 */
import { isRefusal, type NounName, type Nouns, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"
import type { Registry, SystemId } from "../core/ports.js"
import { openShelf, type Shelf } from "../core/shelves.js"
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
}

/** One object as text, with its version. */
interface Sight {
  readonly text: string
  readonly etag: string
}

/** Where the objects stand as things are now. */
export const shelfOf = <N extends NounName>({
  c,
  deps,
  shown,
  system,
}: Asked<N>): Shelf<Nouns[N]> | Refusal =>
  openShelf(deps.registry, system, shown.noun, c.req.param("ownerId") ?? "")

/** The object that the path names. */
export const wordIn = (c: Context): string => c.req.param("id") ?? ""

export function sightOf(object: object): Sight {
  const text = JSON.stringify(object)
  return { text, etag: etagOf(text) }
}

export const see = <N extends NounName>({ deps, shown, system }: Asked<N>, value: Nouns[N]): Sight =>
  sightOf(shown.show(value, deps.registry, system))

export function answerObject(c: Context, { text, etag }: Sight, status: 200 | 201 = 200): Response {
  c.header("ETag", etag)
  if (c.req.method === "GET" && isKnown(c.req.header("if-none-match"), etag)) return c.body(null, 304)
  return c.body(text, status, { "Content-Type": "application/json" })
}

export function answerList<N extends NounName>(asked: Asked<N>): Response {
  const { c, deps, shown, system } = asked
  const shelf = shelfOf(asked)
  if (isRefusal(shelf)) return answerRefusal(c, shelf)
  return answerPage(c, deps.publicUrl(), shelf.all(), (value) => shown.show(value, deps.registry, system))
}

export function answerOne<N extends NounName>(asked: Asked<N>): Response {
  const shelf = shelfOf(asked)
  const found = isRefusal(shelf) ? shelf : shelf.find(wordIn(asked.c))
  return isRefusal(found) ? answerRefusal(asked.c, found) : answerObject(asked.c, see(asked, found))
}
