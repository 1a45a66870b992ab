/** The routes of a noun: the same for all nouns whose objects are read and written. */
import type { NounName } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import type { Scope, Verified } from "../core/ports.js"
import { objectionToWriting } from "../core/seen.js"
import { answerRefusal } from "./answer.js"
import type { HttpDeps } from "./deps.js"
import { asMember } from "./member.js"
import { answerList, answerOne, type Asked, type Shown } from "./object.js"
import { route } from "./route.js"
import { tellOfList, tellOfOne } from "./tell.js"
import { answerCreated, answerRemoved, answerWritten } from "./write.js"

type Answer<N extends NounName> = (asked: Asked<N>, token: Verified) => Response | Promise<Response>

export function nounRoutes<N extends NounName>(app: Hono, deps: HttpDeps, shown: Shown<N>): void {
  const { noun, canErase } = shown
  const as = (scope: Scope | undefined, answer: Answer<N>) => (c: Context) =>
    asMember(c, deps, scope, (token) =>
      answer({ c, deps, shown, system: token.systemId, seen: deps.seenBy(token) }, token),
    )
  const toWrite = (answer: Answer<N>, isNew = false) =>
    as("manage", (asked, token) => {
      const objection = objectionToWriting(token.grant, noun, isNew)
      return objection === undefined ? answer(asked, token) : answerRefusal(asked.c, objection)
    })
  const list = { GET: as(undefined, answerList), POST: toWrite(answerCreated, true) }
  const one = {
    GET: as(undefined, answerOne),
    PUT: toWrite((asked, token) => answerWritten(asked, token, "whole")),
    PATCH: toWrite((asked, token) => answerWritten(asked, token, "part")),
    DELETE: toWrite(answerRemoved),
  }
  route(app, shown.path, list, tellOfList(noun))
  route(app, `${shown.path}/:id`, one, tellOfOne(noun, canErase === true))
}
