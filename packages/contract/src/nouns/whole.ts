/** What must be so between the fields of one object, whatever is written into it. */
import type { Holder, Rule } from "../entities.js"
import type { NounName } from "./field.js"

/** What is wrong, by the field that is to be mended. */
export interface Fault {
  /** The keys that lead to it, such as `recurring.3`. */
  readonly path: string
  readonly message: string
}

function faultOfHolder({ activeDate, expireDate }: Holder): Fault | undefined {
  if (activeDate === null || expireDate === null || Date.parse(activeDate) < Date.parse(expireDate))
    return undefined
  return { path: "expireDate", message: "must be later than activeDate" }
}

function faultOfRule(rule: Rule): Fault | undefined {
  if (rule.startTime >= rule.stopTime)
    return { path: "stopTime", message: "must be later than startTime; make two rules of one over midnight" }
  if (rule.type === "access") return undefined
  const stray =
    rule.authenticationPolicy === undefined
      ? (["groups", "holders"] as const).find((key) => rule[key].length > 0)
      : "authenticationPolicy"
  return stray && { path: stray, message: "is only for rules of the type access" }
}

/** What is wrong with a whole object although each field by itself is right. */
export function faultOfWhole(noun: NounName, value: object): Fault | undefined {
  if (noun === "holder") return faultOfHolder(value as Holder)
  return noun === "rule" ? faultOfRule(value as Rule) : undefined
}
