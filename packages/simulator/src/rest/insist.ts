/**
 * Asks the server over REST until there is an answer: what passes is waited out and told once, what does not is said in
 * words. It must not know what is asked.
 */
import { LinkFault, refusedFault, type Answer, type Ask } from "../api-session.js"
import { isObject, type JsonObject } from "../json.js"
import { SimulationRefused } from "../simulation/simulation.js"
import { createTroubles } from "../troubles.js"
import { wait } from "../wait.js"

export interface InsistOptions {
  readonly ask: Ask
  /** When it aborts, asking ends with its reason. */
  readonly signal: AbortSignal
  readonly onTrouble: (message: string) => void
  /** How long it waits after the first failure and at most, in milliseconds; it doubles in between. */
  readonly pauses?: { readonly first: number; readonly most: number }
}

export interface Insisted extends Answer {
  /** An earlier try had no answer: what was asked for may have been done by it. */
  readonly isUnsure: boolean
}

/** Rejects with SimulationRefused where the API client may not do that, or is none. Any other answer is given back. */
export type Insist = (...asked: Parameters<Ask>) => Promise<Insisted>

/** The longest that a server's wish to be left alone is heeded, in milliseconds. */
const longestRest = 60_000

/** Whether it may be otherwise by and by. */
const passes = (status: number | undefined): boolean =>
  status === undefined || status === 429 || status >= 500

export function createInsist({ ask, signal, onTrouble, pauses }: InsistOptions): Insist {
  const { first, most } = pauses ?? { first: 250, most: 5_000 }
  const troubles = createTroubles(onTrouble)
  const tryOnce = async (asked: Parameters<Ask>): Promise<Answer | LinkFault> => {
    try {
      const answer = await ask(...asked)
      const isRefused = answer.status === 401 || answer.status === 403
      return passes(answer.status) || isRefused
        ? refusedFault(`${asked[0]} ${asked[1]} is refused`, answer)
        : answer
    } catch (fault) {
      if (fault instanceof LinkFault) return fault
      throw fault
    }
  }
  return async (...asked) => {
    let isUnsure = false
    for (let failures = 0; ; failures++) {
      signal.throwIfAborted()
      const got = await tryOnce(asked)
      if (!(got instanceof LinkFault)) {
        troubles.over()
        return { ...got, isUnsure }
      }
      signal.throwIfAborted()
      if (!passes(got.status)) throw new SimulationRefused(got.message)
      isUnsure ||= got.status === undefined
      troubles.had(got.message)
      const rest = Math.min(got.retryAfter ?? 0, longestRest)
      await wait(Math.max(rest, Math.min(most, first * 2 ** failures)), signal)
    }
  }
}

const perPage = 100

/** All objects of a list, page by page. */
export async function readAll(insist: Insist, path: string): Promise<JsonObject[]> {
  const all: JsonObject[] = []
  for (let page = 0; ; page++) {
    const answer = await insist("GET", `${path}?page=${page}&per_page=${perPage}`)
    if (answer.status !== 200 || !Array.isArray(answer.body))
      throw new SimulationRefused(refusedFault(`GET ${path} is refused`, answer).message)
    all.push(...answer.body.filter(isObject))
    if (answer.body.length === 0 || all.length >= (answer.total ?? Infinity)) return all
  }
}
