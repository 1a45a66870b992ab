/** The routes of a noun, and what is told of them: the same for all nouns whose objects are read and written. */
import { wordsOf, type NounName } from "@doorstream/contract"
import { changes, creations } from "@doorstream/contract/validate"
import type { Context, Hono } from "hono"
import type { Scope, Verified } from "../core/ports.js"
import type { HttpDeps } from "./deps.js"
import { asMember } from "./member.js"
import { answerList, answerOne, type Asked, type Shown } from "./object.js"
import { route, type Told } from "./route.js"
import { answerCreated, answerRemoved, answerWritten } from "./write.js"

type Answer<N extends NounName> = (asked: Asked<N>, token: Verified) => Response | Promise<Response>

/** What the list's path and an object's path tell of their methods. */
function tell(noun: NounName): {
  list: Record<"GET" | "POST", Told>
  one: Record<"GET" | "PUT" | "PATCH" | "DELETE", Told>
} {
  const words = wordsOf(noun)
  const reads = { token: "system", refused: ["object_unknown"] } as const
  const writes = {
    token: "system",
    scope: "manage",
    refused: [
      "object_unknown",
      "object_invalid",
      "reference_unknown",
      "external_id_taken",
      "precondition_failed",
    ],
  } as const
  const shown = { status: 200, what: `The ${words}.` } as const
  return {
    list: {
      GET: { ...reads, summary: `List every ${words}`, answers: { status: 200, what: "One page of them." } },
      POST: {
        ...writes,
        summary: `Create a ${words}`,
        body: creations[noun],
        answers: { status: 201, what: `The ${words} that was made.` },
      },
    },
    one: {
      GET: { ...reads, summary: `Read a ${words}`, answers: shown },
      PUT: { ...writes, summary: `Write a ${words} anew`, body: creations[noun], answers: shown },
      PATCH: { ...writes, summary: `Change some of a ${words}`, body: changes[noun], answers: shown },
      DELETE: { ...writes, summary: `Remove a ${words}`, answers: { status: 204, what: "It is gone." } },
    },
  }
}

export function nounRoutes<N extends NounName>(app: Hono, deps: HttpDeps, shown: Shown<N>): void {
  const told = tell(shown.noun)
  const as = (scope: Scope | undefined, answer: Answer<N>) => (c: Context) =>
    asMember(c, deps, scope, (token) => answer({ c, deps, shown, system: token.systemId }, token))
  const list = { GET: as(undefined, answerList), POST: as("manage", answerCreated) }
  const one = {
    GET: as(undefined, answerOne),
    PUT: as("manage", (asked, token) => answerWritten(asked, token, "whole")),
    PATCH: as("manage", (asked, token) => answerWritten(asked, token, "part")),
    DELETE: as("manage", answerRemoved),
  }
  route(app, shown.path, list, told.list)
  route(app, `${shown.path}/:id`, one, told.one)
}
