/** The systems that whoever asks may enter: by an API client's id token or access token, or by a system token. */
import { isRefusal, refuse, type System } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { house } from "../../core/ports.js"
import { answerRefusal } from "../answer.js"
import { enterSystems } from "../bearer.js"
import type { HttpDeps } from "../deps.js"
import { takeCall } from "../member.js"
import { answerObject, sightOf } from "../object.js"
import { answerPage } from "../paging.js"
import { route } from "../route.js"
import { showSystem } from "./shapes.js"

const told = { about: "Systems", token: "either", isCounted: true } as const
const one = { status: 200, what: "The system.", schema: "System" } as const
const list = { status: 200, what: "One page of them.", schema: "System", isList: true } as const

export function systemRoutes(app: Hono, deps: HttpDeps): void {
  route(
    app,
    "/api/systems",
    { GET: (c) => asEntrant(c, deps, (systems) => answerPage(c, deps.publicUrl(), systems, showSystem)) },
    {
      GET: {
        ...told,
        name: "listSystems",
        summary: "List the systems that the token is good for",
        answers: list,
      },
    },
  )
  route(
    app,
    "/api/systems/:systemId",
    { GET: (c) => asEntrant(c, deps, (systems) => answerSystem(c, systems, c.req.param("systemId"))) },
    {
      GET: {
        ...told,
        name: "readSystem",
        summary: "Read a system",
        isVersioned: true,
        answers: one,
        refused: ["system_not_allowed"],
      },
    },
  )
}

async function asEntrant(
  c: Context,
  deps: HttpDeps,
  answer: (systems: readonly System[]) => Response,
): Promise<Response> {
  const entrant = await enterSystems(c, deps)
  if (isRefusal(entrant)) return answerRefusal(c, entrant)
  const later = takeCall(c, deps, entrant.clientId)
  if (later !== undefined) return later
  return answer(entrant.systems.flatMap((id) => deps.registry.find("system", house, id) ?? []))
}

/** Whether the system is there is not told to whoever may not enter it. */
function answerSystem(c: Context, systems: readonly System[], systemId: string): Response {
  const system = systems.find(({ id }) => id === systemId)
  return system === undefined
    ? answerRefusal(c, refuse("system_not_allowed"))
    : answerObject(c, sightOf(showSystem(system)))
}
