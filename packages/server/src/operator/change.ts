/** The operator's own changes: each is told in the audit, in the same write. It must not know what is changed. */
import { isRefusal, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"
import { auditOf, type Deed } from "../core/audit.js"
import type { Beside, Change, SystemId } from "../core/ports.js"
import { authorOf } from "./author.js"
import type { OperatorDeps } from "./deps.js"

type Doing = Pick<OperatorDeps, "registry" | "now">

interface Decision<T> {
  readonly changes: readonly Change[]
  readonly answer: T
}

/**
 * Decides on changes and makes them.
 *
 * @param system the one that is changed; undefined for the house
 * @param beside what another room writes with it
 */
export function change<T>(
  c: Context,
  { registry, now }: Doing,
  system: SystemId | undefined,
  decide: () => Decision<T> | Refusal,
  beside: Beside = [],
): Promise<T | Refusal> {
  return registry.change(() => {
    const decided = decide()
    if (isRefusal(decided)) return decided
    const audit = [auditOf(authorOf(c), now(), system, decided.changes, registry)]
    return { ...decided, audit, beside }
  })
}

const mostTold = 100

/** Tells the audit of something that is no change of the registry, with what is written beside it. */
export async function note(
  c: Context,
  { registry, now }: Doing,
  system: SystemId | undefined,
  deeds: readonly Deed[],
  beside: Beside = [],
): Promise<void> {
  const audit = {
    at: now(),
    by: authorOf(c),
    ...(system === undefined ? {} : { system }),
    deeds: deeds.slice(0, mostTold),
    ...(deeds.length > mostTold ? { more: deeds.length - mostTold } : {}),
  }
  await registry.change(() => ({ changes: [], answer: undefined, audit: [audit], beside }))
}
