/**
 * Reads what somebody asks of a system token, and refuses what is more than their API client may. It must not know how it
 * was sent, nor how a token is made. PROTOCOL §24.
 */
import { isRefusal, refuse, topicsMeantBy, type Refusal } from "@doorstream/contract"
import { grantsNode, grantsTopic, grantWithin, mostGrantedNodes, type Bounds } from "./grants.js"
import { findByWord } from "./naming.js"
import { scopes, type ApiClient, type Registry, type Scope, type SystemId } from "./ports.js"
import type { Wanted } from "./tokens.js"

/** The most words for topics: there are not so many topics. */
const mostWords = 100

type Asked = Pick<Registry, "find" | "findNamed">

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string")

/** Reads a list that has something in it, each once; undefined where there is none. */
function readList(name: string, value: unknown, most: number): readonly string[] | undefined | Refusal {
  if (value === undefined || value === null) return undefined
  return isTextList(value) && value.length > 0 && value.length <= most
    ? [...new Set(value)]
    : refuse("grant_invalid", `${name} is a list of 1 to ${most} texts.`)
}

const isScope = (word: string): word is Scope => (scopes as readonly string[]).includes(word)

/** What came from outside is told back, and no more of it than a line. */
const quoted = (word: string): string => word.slice(0, 100)

/** Words for topics, each of which stands for some. */
export function readTopicWords(value: unknown): readonly string[] | undefined | Refusal {
  const words = readList("topics", value, mostWords)
  if (words === undefined || isRefusal(words)) return words
  const wrong = words.find((word) => topicsMeantBy(word) === undefined)
  return wrong === undefined ? words : refuse("grant_invalid", `There is no topic ${quoted(wrong)}.`)
}

/** The ids of cloud nodes that are named by id or externalId, in one of these systems. */
export function readCloudNodes(
  value: unknown,
  systems: readonly SystemId[],
  registry: Asked,
): readonly string[] | undefined | Refusal {
  const words = readList("cloudNodes", value, mostGrantedNodes)
  if (words === undefined || isRefusal(words)) return words
  const ids = new Set<string>()
  for (const word of words) {
    const found = systems.flatMap((system) => findByWord(registry, "cloudNode", system, word)?.id ?? [])
    if (found.length === 0) return refuse("grant_invalid", `There is no cloud node ${quoted(word)}.`)
    for (const id of found) ids.add(id)
  }
  return ids.size <= mostGrantedNodes
    ? [...ids]
    : refuse("grant_invalid", `There may be ${mostGrantedNodes} cloud nodes, and these are ${ids.size}.`)
}

function readScopes(value: unknown, { scopes: may }: ApiClient): readonly Scope[] | undefined | Refusal {
  const words = readList("scopes", value, scopes.length)
  if (words === undefined || isRefusal(words)) return words
  const unknown = words.find((word) => !isScope(word))
  if (unknown !== undefined) return refuse("grant_invalid", `There is no scope ${quoted(unknown)}.`)
  const over = words.find((word) => !may.includes(word as Scope))
  return over === undefined
    ? scopes.filter((scope) => words.includes(scope))
    : refuse("grant_exceeded", `The scope is ${over}.`)
}

function readTopics(value: unknown, client: ApiClient): readonly string[] | undefined | Refusal {
  const words = readTopicWords(value)
  if (words === undefined || isRefusal(words)) return words
  const may = grantWithin(client)
  const over = words.find((word) => topicsMeantBy(word)!.some((topic) => !grantsTopic(may, topic)))
  return over === undefined ? words : refuse("grant_exceeded", `The topic is ${over}.`)
}

/** Of a cloud node that the client may not see nobody is told whether it is there. */
function readNodes(
  value: unknown,
  client: ApiClient,
  system: SystemId,
  registry: Asked,
): readonly string[] | undefined | Refusal {
  const words = readList("cloudNodes", value, mostGrantedNodes)
  if (words === undefined || isRefusal(words)) return words
  const may = grantWithin(client)
  if (may.cloudNodes !== null) {
    const isOver = (word: string) => !grantsNode(may, findByWord(registry, "cloudNode", system, word)?.id)
    const over = words.find(isOver)
    if (over !== undefined) return refuse("grant_exceeded", `The cloud node is ${quoted(over)}.`)
  }
  return readCloudNodes(words, [system], registry)
}

function readRedacted(value: unknown, { redacted }: ApiClient): boolean | undefined | Refusal {
  if (value === undefined || value === null || value === true) return value ?? undefined
  if (value !== false) return refuse("grant_invalid", "redacted is true or false.")
  return redacted === true ? refuse("grant_exceeded", "It may see what is redacted only.") : undefined
}

/** Of a client's cloud nodes those of a system: a token has no need of others. */
const ofSystem = (
  { cloudNodes }: Bounds,
  system: SystemId,
  registry: Pick<Registry, "findEver">,
): readonly string[] | undefined =>
  cloudNodes?.filter((id) => registry.findEver("cloudNode", system, id) !== undefined)

/**
 * What a request for a system token asks for; what it does not name is all that the client may.
 *
 * @param value the body of the request; anything that has none of the keys asks for nothing
 * @returns `grant_invalid` or `grant_exceeded` for the first of it that cannot be
 */
export function readWanted(
  value: unknown,
  client: ApiClient,
  system: SystemId,
  registry: Asked & Pick<Registry, "findEver">,
): Wanted | Refusal {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value)
  const asked = (isObject ? value : {}) as Readonly<Record<string, unknown>>
  const wantedScopes = readScopes(asked["scopes"], client)
  if (wantedScopes !== undefined && isRefusal(wantedScopes)) return wantedScopes
  const topics = readTopics(asked["topics"], client)
  if (topics !== undefined && isRefusal(topics)) return topics
  const named = readNodes(asked["cloudNodes"], client, system, registry)
  if (named !== undefined && isRefusal(named)) return named
  const redacted = readRedacted(asked["redacted"], client)
  if (typeof redacted === "object") return redacted
  const cloudNodes = named ?? ofSystem(client, system, registry)
  return {
    ...(wantedScopes === undefined ? {} : { scopes: wantedScopes }),
    ...(topics === undefined ? {} : { topics }),
    ...(cloudNodes === undefined ? {} : { cloudNodes }),
    ...(redacted === true ? { redacted } : {}),
  }
}
