/** What an API client is to be: read out of a request, or refused by what is wrong with it. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { house, scopes, type ApiClient, type Registry, type Scope, type SystemId } from "../core/ports.js"
import { readName, type Fields } from "./answer.js"

type Wish = Pick<ApiClient, "name" | "systems" | "scopes">

/** @param otherwise what holds where the request does not say */
export function readWish(fields: Fields, registry: Registry, otherwise: Partial<Wish>): Wish | Refusal {
  const said = { ...otherwise, ...fields }
  const read = readName(said.name)
  if (isRefusal(read)) return read
  const granted = readScopes(said.scopes)
  if (isRefusal(granted)) return granted
  const systems = readSystems(said.systems ?? [], registry, granted)
  return isRefusal(systems) ? systems : { name: read.name, systems, scopes: granted }
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string")

/** Who operates the house need not enter any system of it. */
function readSystems(
  value: unknown,
  registry: Registry,
  granted: readonly Scope[],
): readonly SystemId[] | Refusal {
  if (!isTextList(value) || (value.length === 0 && !granted.includes("operate")))
    return refuse("request_invalid", "systems is a list of at least one system's id.")
  const unknown = value.find((id) => registry.find("system", house, id) === undefined)
  return unknown === undefined
    ? [...new Set(value)]
    : refuse("system_unknown", `It is ${unknown.slice(0, 100)}.`)
}

function readScopes(value: unknown): readonly Scope[] | Refusal {
  const isScope = (word: string): word is Scope => (scopes as readonly string[]).includes(word)
  return isTextList(value) && value.length > 0 && value.every(isScope)
    ? scopes.filter((scope) => value.includes(scope))
    : refuse("request_invalid", `scopes is a list of at least one of ${scopes.join(", ")}.`)
}
