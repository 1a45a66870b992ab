/** Hangs what answers a path into the app, so that any other method is refused and not merely unknown. */
import { refuse } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { matchedRoutes } from "hono/route"
import type { BlankEnv } from "hono/types"
import { answerRefusal } from "./answer.js"

type Answer<P extends string> = (c: Context<BlankEnv, P>) => Response | Promise<Response>

/** @example route(app, "/health", { GET: (c) => c.json({ status: "live" }) }) // POST is answered 405 */
export function route<P extends string>(
  app: Hono,
  path: P,
  answers: { readonly GET?: Answer<P>; readonly POST?: Answer<P>; readonly DELETE?: Answer<P> },
): void {
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
