/** Who is connected: listeners, and the links of cloud nodes. Only a running server can tell. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import type { ListenerStanding, OpenConnection } from "../core/connected.js"
import { answerRefusal } from "./answer.js"
import type { LiveServer, OperatorDeps } from "./deps.js"
import { answerPage } from "./page.js"

export function connectionRoutes(app: Hono, deps: OperatorDeps): void {
  const list = <T extends { readonly system: unknown; readonly client?: unknown }>(
    path: string,
    read: (live: LiveServer) => readonly T[],
    show: (each: T) => object = (each) => each,
  ): void =>
    void app.get(path, (c) => {
      const live = liveIn(deps)
      return isRefusal(live) ? answerRefusal(c, live) : answerPage(c, asked(c, read(live)), show)
    })
  list("/connections", ({ connected }) => connected.connections(), showConnection)
  list("/listeners", ({ connected }) => connected.standings(), showListener)
  list("/links", ({ links }) => links?.() ?? [])
}

export const liveIn = ({ live }: OperatorDeps): LiveServer | Refusal => live ?? refuse("server_needed")

/** Those of the system and of the client that the query names. */
export const asked = <T extends { readonly system: unknown; readonly client?: unknown }>(
  c: Context,
  all: readonly T[],
): readonly T[] => {
  const { system, client } = c.req.query()
  return all.filter(
    (each) =>
      (system === undefined || each.system === system) && (client === undefined || each.client === client),
  )
}

const timeOf = (time: number): string => new Date(time).toISOString()

const showConnection = ({ since, ...connection }: OpenConnection) => ({
  ...connection,
  since: timeOf(since),
})

const showListener = ({ tokenExpires, ...listener }: ListenerStanding) => ({
  ...listener,
  tokenExpires: timeOf(tokenExpires),
})
