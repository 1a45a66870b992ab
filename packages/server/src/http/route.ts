/**
 * Hangs what answers a path into the app, so that any other method is refused and not merely unknown; and keeps what is
 * told about it, so that a document can be made of what is really there.
 */
import { refuse, type RefusalCode } from "@doorstream/contract"
import type { Schema } from "@doorstream/contract/validate"
import type { Context, Hono } from "hono"
import { matchedRoutes } from "hono/route"
import type { BlankEnv } from "hono/types"
import type { Scope } from "../core/ports.js"
import { answerRefusal } from "./answer.js"

type Answer<P extends string> = (c: Context<BlankEnv, P>) => Response | Promise<Response>

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/** What there is to know of one method of one path. */
export interface Told {
  readonly summary: string
  /** Whose token it takes: an API client's id token, or a system token, with this scope. */
  readonly token?: "client" | "system"
  readonly scope?: Scope
  /** What is read as its body. */
  readonly body?: Schema
  /** What is answered where all is well. */
  readonly answers: { readonly status: 200 | 201 | 204; readonly what: string }
  /** What is refused beside what any request may be refused for. */
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
  told: { readonly [M in Method]?: Told } = {},
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
