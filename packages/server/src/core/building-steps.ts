/** What becomes of an object, in words that people can check before it happens. */
import { holderName, type BuildingStep } from "@doorstream/contract"
import type { Kinds } from "./ports.js"

type Noun = BuildingStep["noun"]
type Value = Kinds[Noun]

/** What the registry gave, what tells nothing, and what is never shown. */
const untold: ReadonlySet<string> = new Set(["id", "created", "pinHash"])

/** Cards are told by what is on them: a new one has an id that nobody chose. */
const inWords = (value: unknown): string | undefined =>
  JSON.stringify(value, (key, each: unknown) => (key === "id" ? undefined : each))

const isSame = (one: unknown, other: unknown): boolean => inWords(one) === inWords(other)

const shown = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(inWords(value)!))

function fieldsOf(before: Value | undefined, after: Value | undefined): BuildingStep["fields"] {
  const was = (before ?? {}) as unknown as Readonly<Record<string, unknown>>
  const is = (after ?? {}) as unknown as Readonly<Record<string, unknown>>
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => !untold.has(field) && !isSame(was[field], is[field]))
    .map((field) => ({ field, before: shown(was[field]), after: shown(is[field]) }))
}

const calledOf = (noun: Noun, value: Value): string =>
  noun === "holder" ? holderName(value as Kinds["holder"]) : (value as { readonly name: string }).name

/** @param after undefined where the object goes; `before` where it is new */
export function stepOf(noun: Noun, before: Value | undefined, after: Value | undefined): BuildingStep {
  const value = (after ?? before)!
  return {
    does: after === undefined ? "remove" : before === undefined ? "add" : "change",
    noun,
    named: value.externalId ?? value.id,
    called: calledOf(noun, value),
    fields: before === undefined || after === undefined ? [] : fieldsOf(before, after),
  }
}
