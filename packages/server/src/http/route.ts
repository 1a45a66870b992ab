/**
 * Hangs what answers a path into the app, so that any other method is refused and not merely unknown; and keeps what is
 * told about it, so that a document can be made of what is really there.
 */
import { refuse, type RefusalCode } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { matchedRoutes } from "hono/route"
import type { BlankEnv } from "hono/types"
import type { Scope } from "../core/ports.js"
import { answerRefusal } from "./answer.js"
import type { ParameterName } from "./openapi/parts.js"

type Answer<P extends string> = (c: Context<BlankEnv, P>) => Response | Promise<Response>

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/** One way of answering. */
export interface Answered {
  readonly status: 200 | 201 | 204 | 400 | 401 | 410 | 413 | 503
  readonly what: string
  /** The name of its schema among the contract's; without one it has no body that a schema could describe. */
  readonly schema?: string
  /** An array of those, in pages. */
  readonly isList?: true
  /** Its type where that is not JSON. */
  readonly type?: "text/plain" | "text/html" | "text/event-stream"
  /** Its type where lines of it are asked for instead. */
  readonly orAs?: "application/x-ndjson"
  /** It says where to go on. */
  readonly isLinked?: true
}

/** What there is to know of one method of one path. */
export interface Told {
  /** A name that no other has, for programs made from the document. */
  readonly name: string
  /** What it is about, as headings say it. */
  readonly about: string
  readonly summary: string
  readonly more?: string
  /** Whose token it takes: an API client's id token, or a system token, with this scope; or any of both. */
  readonly token?: "client" | "system" | "either"
  readonly scope?: Scope
  /** What is read as its body. */
  readonly body?: {
    readonly as: "json" | "form"
    readonly schema: string
    readonly isOptional?: true
    /** What else comes is left aside. */
    readonly orAnything?: true
  }
  /** What a query or a header may tell. */
  readonly parameters?: readonly ParameterName[]
  /** Whether it counts among an API client's requests of REST. */
  readonly isCounted?: true
  /** Whether what it answers about has an ETag. */
  readonly isVersioned?: true
  /** Whether a query may ask for `erase`. */
  readonly canErase?: true
  /** What is answered where all is well. */
  readonly answers: Answered
  /** What else is answered that is no refusal as all others are. */
  readonly also?: readonly Answered[]
  /** What is refused beside what any such request may be refused for. */
  readonly refused?: readonly RefusalCode[]
}

export interface Declared {
  readonly method: Method
  readonly path: string
  readonly told: Told
}

const declared = new WeakMap<Hono, Declared[]>()

/** All that was told of an app's routes, in their order. */
export const declaredIn = (app: Hono): readonly Declared[] => declared.get(app) ?? []

function declare(app: Hono, path: string, told: { readonly [M in Method]?: Told }): void {
  const more = Object.entries(told).map(([method, each]) => ({ method: method as Method, path, told: each }))
  declared.set(app, [...declaredIn(app), ...more])
}

/** @example route(app, "/health", { GET: (c) => c.json({ status: "live" }) }) // POST is answered 405 */
export function route<P extends string>(
  app: Hono,
  path: P,
  answers: { readonly [M in Method]?: Answer<P> },
  told: { readonly [M in keyof typeof answers]: Told },
): void {
  declare(app, path, told)
  for (const [method, answer] of Object.entries(answers)) app.on(method, path, answer)
  const allowed = Object.keys(answers).map((method) => (method === "GET" ? "GET, HEAD" : method))
  app.all(path, (c) => {
    c.header("Allow", allowed.join(", "))
    return answerRefusal(c, refuse("method_not_allowed"))
  })
}

/** The path as it was written in `route`: a log may hold it, where the path that was asked for may hold anything. */
export const patternOf = (c: Context): string =>
  matchedRoutes(c).find(({ path }) => path !== "/*")?.path ?? "unknown path"
