/** Dead letters of a system: seen, replayed once their cause is mended, or dropped. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import type { DeadLetter, Which } from "../core/letters.js"
import type { Beside } from "../core/ports.js"
import { answerRefusal, readFields } from "./answer.js"
import { note } from "./change.js"
import { liveIn } from "./connections.js"
import type { OperatorDeps } from "./deps.js"
import { readMost, readNumber } from "./page.js"
import { redactedLetter, scrambleOf } from "./redacting.js"
import { findSystem } from "./systems.js"

const all = "/systems/:systemId/dead-letters"

export function deadLetterRoutes(app: Hono, deps: OperatorDeps): void {
  app.get(all, (c) => listLetters(c, deps, c.req.param("systemId")))
  app.post(`${all}/replay`, (c) => replayMany(c, deps, c.req.param("systemId")))
  app.post(`${all}/drop`, (c) => dropMany(c, deps, c.req.param("systemId")))
  app.get(`${all}/:number`, (c) => {
    const found = findLetter(deps, c.req.param("systemId"), c.req.param("number"))
    return isRefusal(found)
      ? answerRefusal(c, found)
      : c.json(show(toldTo(c, c.req.param("systemId"), found.letter)))
  })
  app.post(`${all}/:number/replay`, (c) => replayOne(c, deps, c.req.param("systemId"), c.req.param("number")))
  app.delete(`${all}/:number`, (c) => dropOne(c, deps, c.req.param("systemId"), c.req.param("number")))
}

function toldTo(c: Context, systemId: string, letter: DeadLetter): DeadLetter {
  const scramble = scrambleOf(c, systemId)
  return scramble === undefined ? letter : redactedLetter(letter, scramble)
}

const timeOf = (time: number): string => new Date(time).toISOString()

const show = ({ number, received, tried, ...letter }: DeadLetter) => ({
  number,
  received: timeOf(received),
  ...letter,
  ...(tried === undefined ? {} : { tried: timeOf(tried) }),
})

/** A letter has a code and a message as a refusal has: it is handed over in something, so that it is not taken for one. */
function findLetter(deps: OperatorDeps, systemId: string, text: string): { letter: DeadLetter } | Refusal {
  const system = findSystem(deps, systemId)
  if (isRefusal(system)) return system
  const letter = /^\d{1,15}$/.test(text) ? deps.letters.find(systemId, Number(text)) : undefined
  return letter === undefined ? refuse("dead_letter_unknown", `It is ${text.slice(0, 100)}.`) : { letter }
}

function listLetters(c: Context, deps: OperatorDeps, systemId: string): Response {
  const system = findSystem(deps, systemId)
  if (isRefusal(system)) return answerRefusal(c, system)
  const most = readMost(c)
  if (isRefusal(most)) return answerRefusal(c, most)
  const newest = Number.MAX_SAFE_INTEGER
  const before = readNumber(c, "before", newest, [0, newest])
  if (isRefusal(before)) return answerRefusal(c, before)
  const code = c.req.query("code")
  const query = { before: before.number, most: most.number, ...(code === undefined ? {} : { code }) }
  const { letters, next } = deps.letters.list(systemId, query)
  const { count, bytes, dropped } = deps.letters.standing(systemId)
  return c.json({
    count,
    bytes,
    dropped,
    letters: letters.map((letter) => show(toldTo(c, systemId, letter))),
    next,
  })
}

/** Which of many: those of a code, or all of them where the body says so; and after which number to go on. */
async function readWhich(c: Context): Promise<{ which: Which } | Refusal> {
  const body = await readFields(c)
  if (isRefusal(body)) return body
  const { code, all: every, after = 0 } = body.fields
  if (typeof after !== "number" || !Number.isSafeInteger(after) || after < 0)
    return refuse("request_invalid", "after is the number of a dead letter.")
  if (typeof code === "string") return { which: { code, after } }
  return every === true
    ? { which: { after } }
    : refuse("request_invalid", 'Say {"code": …}, or {"all": true}.')
}

const noteLetters =
  (c: Context, deps: OperatorDeps, systemId: string, done: string) =>
  (beside: Beside, numbers: readonly number[]): Promise<void> => {
    const deeds = numbers.map((number) => ({ what: `deadLetter.${done}`, id: String(number) }))
    return note(c, deps, systemId, deeds, beside)
  }

async function replay(c: Context, deps: OperatorDeps, systemId: string, which: Which) {
  const live = liveIn(deps)
  if (isRefusal(live)) return live
  return deps.letters.replay(systemId, which, live.replay, noteLetters(c, deps, systemId, "replayed"))
}

async function replayMany(c: Context, deps: OperatorDeps, systemId: string): Promise<Response> {
  const system = findSystem(deps, systemId)
  if (isRefusal(system)) return answerRefusal(c, system)
  const read = await readWhich(c)
  if (isRefusal(read)) return answerRefusal(c, read)
  const replayed = await replay(c, deps, systemId, read.which)
  if (isRefusal(replayed)) return answerRefusal(c, replayed)
  const { accepted, refused, next } = replayed
  const told = refused.map(({ number, refusal: { code, message } }) => ({ number, code, message }))
  return c.json({ accepted: accepted.length, refused: told, next })
}

async function replayOne(c: Context, deps: OperatorDeps, systemId: string, text: string): Promise<Response> {
  const found = findLetter(deps, systemId, text)
  if (isRefusal(found)) return answerRefusal(c, found)
  const replayed = await replay(c, deps, systemId, { number: found.letter.number })
  if (isRefusal(replayed)) return answerRefusal(c, replayed)
  const [refused] = replayed.refused
  return refused === undefined ? c.json({ number: found.letter.number }) : answerRefusal(c, refused.refusal)
}

async function dropMany(c: Context, deps: OperatorDeps, systemId: string): Promise<Response> {
  const system = findSystem(deps, systemId)
  if (isRefusal(system)) return answerRefusal(c, system)
  const read = await readWhich(c)
  if (isRefusal(read)) return answerRefusal(c, read)
  return c.json({
    dropped: await deps.letters.drop(systemId, read.which, noteLetters(c, deps, systemId, "dropped")),
  })
}

async function dropOne(c: Context, deps: OperatorDeps, systemId: string, text: string): Promise<Response> {
  const found = findLetter(deps, systemId, text)
  if (isRefusal(found)) return answerRefusal(c, found)
  const write = noteLetters(c, deps, systemId, "dropped")
  return c.json({ dropped: await deps.letters.drop(systemId, { number: found.letter.number }, write) })
}
