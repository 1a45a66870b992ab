/** What an API client is to be: read out of a request, or refused by what is wrong with it. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { boundsOf, type Bounds } from "../core/grants.js"
import { house, scopes, type ApiClient, type Registry, type Scope, type SystemId } from "../core/ports.js"
import { readCloudNodes, readTopicWords } from "../core/wanted.js"
import { readName, type Fields } from "./answer.js"

type Wish = Pick<ApiClient, "name" | "systems" | "scopes"> & Bounds

/** @param otherwise what holds where the request does not say; null takes a bound away */
export function readWish(fields: Fields, registry: Registry, otherwise: Partial<Wish>): Wish | Refusal {
  const said = { ...otherwise, ...fields }
  const read = readName(said.name)
  if (isRefusal(read)) return read
  const granted = readScopes(said.scopes)
  if (isRefusal(granted)) return granted
  const systems = readSystems(said.systems ?? [], registry, granted)
  if (isRefusal(systems)) return systems
  const bounds = readBounds(fields, { registry, systems, granted }, boundsOf(otherwise))
  return isRefusal(bounds) ? bounds : { name: read.name, systems, scopes: granted, ...bounds }
}

interface Among {
  readonly registry: Registry
  readonly systems: readonly SystemId[]
  readonly granted: readonly Scope[]
}

function readBounds(fields: Fields, among: Among, otherwise: Bounds): Bounds | Refusal {
  const { registry, systems, granted } = among
  const words = "topics" in fields ? readTopicWords(fields["topics"]) : otherwise.topics
  if (words !== undefined && "code" in words) return words
  const named = fields["cloudNodes"]
  // Those that it had may be gone by now, and stay: what they told is still in the log.
  const cloudNodes = "cloudNodes" in fields ? readCloudNodes(named, systems, registry) : otherwise.cloudNodes
  if (cloudNodes !== undefined && "code" in cloudNodes) return cloudNodes
  const redacted = "redacted" in fields ? fields["redacted"] : otherwise.redacted
  if (redacted !== undefined && redacted !== null && typeof redacted !== "boolean")
    return refuse("grant_invalid", "redacted is true or false.")
  const topics = words?.includes("*") === true ? undefined : words
  if (granted.includes("operate") && (topics ?? cloudNodes) !== undefined)
    return refuse("grant_invalid", "Whoever may operate does so in every system: it can be redacted alone.")
  return boundsOf({ topics, cloudNodes, redacted: redacted === true ? true : undefined })
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
