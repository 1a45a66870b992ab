/**
 * Where the objects of a noun stand that somebody speaks of: those of a system, of one of its cloud nodes, or of one of
 * its holders. What is done with them is the same for all nouns. It must not know who speaks, nor in what words.
 */
import {
  isRefusal,
  refuse,
  wordsOf,
  type Credential,
  type Device,
  type NounName,
  type Nouns,
  type Refusal,
} from "@doorstream/contract"
import { findByWord, findIn, type Named } from "./naming.js"
import type { Change, KeptHolder, Kinds, Registry, SystemId } from "./ports.js"
import { removalOf } from "./removal.js"

type Asked = Pick<Registry, "find" | "findEver" | "findNamed" | "list">

export interface Shelf<T> {
  /** What a new object has there that nobody writes, but for its id. */
  begin(created: string): object
  /** Oldest first. */
  all(): readonly T[]
  /** By id, or else by externalId; `object_unknown` or `cloud_node_unknown` where there is none. */
  find(word: string): T | Refusal
  /** The changes that put an object there, in the place of the one with its id if there is one. */
  place(value: T): readonly Change[]
  /** The changes that take an object away, with what hangs on it. */
  remove(value: T): readonly Change[]
}

/** What is said of every word that finds nothing, whatever the reason is. */
export const unknown = (noun: NounName, word: string): Refusal =>
  noun === "cloudNode"
    ? refuse("cloud_node_unknown")
    : refuse("object_unknown", `The ${wordsOf(noun)} is ${word}.`)

function openKind<K extends Named>(
  registry: Asked,
  system: SystemId,
  kind: K,
  fixed: Readonly<Record<string, string>> = {},
): Shelf<Kinds[K]> {
  const isHere = (value: object): boolean =>
    Object.entries(fixed).every(([key, id]) => (value as Record<string, unknown>)[key] === id)
  return {
    begin: (created) => ({ ...fixed, ...(kind === "holder" ? { credentials: [] } : {}), created }),
    all: () => {
      const all = registry.list(kind, system)
      return Object.keys(fixed).length === 0 ? all : all.filter(isHere)
    },
    find: (word) => {
      const found = findByWord(registry, kind, system, word)
      return found !== undefined && isHere(found) ? found : unknown(kind, word)
    },
    place: (value) => [{ kind, system, value } as Change],
    remove: ({ id }) => removalOf(registry, system, kind, id) ?? [],
  }
}

/** Credentials stand in their holder: changing one changes the holder. */
function openCredentials(system: SystemId, holder: KeptHolder): Shelf<Credential> {
  const keep = (credentials: readonly Credential[]): readonly Change[] => [
    { kind: "holder", system, value: { ...holder, credentials } },
  ]
  const { credentials } = holder
  return {
    begin: () => ({}),
    all: () => credentials,
    find: (word) => findIn(credentials, word) ?? unknown("credential", word),
    place: (value) =>
      keep(
        credentials.some(({ id }) => id === value.id)
          ? credentials.map((each) => (each.id === value.id ? value : each))
          : [...credentials, value],
      ),
    remove: ({ id }) => keep(credentials.filter((each) => each.id !== id)),
  }
}

/** What stands within another object, by the noun of that. */
const ownerOf: { readonly [N in NounName]?: "cloudNode" | "holder" } = {
  connection: "cloudNode",
  device: "cloudNode",
  credential: "holder",
}

/**
 * Opens the shelf of a noun.
 *
 * @param ownerWord the id or externalId of the cloud node or holder within which the objects stand
 * @returns `cloud_node_unknown` or `object_unknown` where the owner is not there
 */
export function openShelf<N extends NounName>(
  registry: Asked,
  system: SystemId,
  noun: N,
  ownerWord: string,
): Shelf<Nouns[N]> | Refusal {
  const owner = ownerOf[noun]
  const found = owner && openKind(registry, system, owner).find(ownerWord)
  if (found !== undefined && isRefusal(found)) return found
  const shelf =
    noun === "credential"
      ? openCredentials(system, found as KeptHolder)
      : openKind(registry, system, noun, found === undefined ? {} : { cloudNodeId: found.id })
  return shelf as unknown as Shelf<Nouns[N]>
}

/** Whether a device hangs on a controller of its own cloud node. */
export const isWithinItsNode = (
  registry: Pick<Registry, "find">,
  system: SystemId,
  { connectionId, cloudNodeId }: Device,
): boolean => registry.find("connection", system, connectionId)?.cloudNodeId === cloudNodeId
