/**
 * A system's registry as a token may see it: what belongs to cloud nodes that are not granted is not there, and what is
 * personal is told as pseudonyms. Pure. It must not know who asks, nor in what shape an object is shown. PROTOCOL §24.
 */
import { redactedCredential, redactedHolder, refuse, type Scramble } from "@doorstream/contract"
import type { Credential, Holder, NounName, Nouns, Refusal, Rule } from "@doorstream/contract"
import { grantsNode } from "./grants.js"
import type { Kind, Kinds, Registry, Scope, SystemId } from "./ports.js"
import type { Grant } from "./verified.js"

export interface Seen {
  /** For finding: objects that may not be seen are not in it. */
  readonly registry: Registry
  /** An object as it may be told. */
  tell<N extends NounName>(noun: N, value: Nouns[N]): Nouns[N]
  /** Whether an object may be found by this word; a name that was chosen for a person may be personal. */
  mayName(noun: NounName, value: { readonly id: string }, word: string): boolean
}

/** Everything as it is. */
const seenWhole = (registry: Registry): Seen => ({
  registry,
  tell: (_, value) => value,
  mayName: () => true,
})

/** The cloud node that an object belongs to; null where it belongs to the whole system. */
function nodeOf<K extends Kind>(kind: K, value: Kinds[K]): string | null {
  if (kind === "connection" || kind === "device") return (value as Kinds["connection"]).cloudNodeId
  const isOne = kind === "cloudNode" || kind === "panel" || kind === "presence" || kind === "sync"
  return isOne ? value.id : null
}

const isPersonal = (noun: NounName | Kind): boolean => noun === "holder" || noun === "credential"

function filtered(registry: Registry, grant: Grant): Registry {
  const isSeen = <K extends Kind>(kind: K, value: Kinds[K]): boolean => {
    const node = nodeOf(kind, value)
    return node === null || grantsNode(grant, node)
  }
  const ifSeen = <K extends Kind>(kind: K, value: Kinds[K] | undefined): Kinds[K] | undefined =>
    value !== undefined && isSeen(kind, value) ? value : undefined
  const hasName = (kind: Kind): boolean => !(grant.redacted && isPersonal(kind))
  return {
    ...registry,
    find: (kind, system, id) => ifSeen(kind, registry.find(kind, system, id)),
    findEver: (kind, system, id) => ifSeen(kind, registry.findEver(kind, system, id)),
    findNamed: (kind, system, name) =>
      hasName(kind) ? ifSeen(kind, registry.findNamed(kind, system, name)) : undefined,
    findNamedEver: (kind, system, name) =>
      hasName(kind) ? ifSeen(kind, registry.findNamedEver(kind, system, name)) : undefined,
    list: (kind, system) => {
      const all = registry.list(kind, system)
      return grant.cloudNodes === null ? all : all.filter((value) => isSeen(kind, value))
    },
  }
}

/** What a grant lets somebody see of a system. */
export function seenBy(registry: Registry, system: SystemId, grant: Grant, scramble: Scramble): Seen {
  const { cloudNodes, redacted } = grant
  if (cloudNodes === null && !redacted) return seenWhole(registry)
  const seen = filtered(registry, grant)
  const isThere = (id: string): boolean => seen.find("device", system, id) !== undefined
  const tell = (noun: NounName, value: object): object => {
    if (noun === "rule" && cloudNodes !== null) {
      const rule = value as Rule
      return { ...rule, devices: rule.devices.filter(isThere) }
    }
    if (!redacted) return value
    if (noun === "credential") return redactedCredential(value as Credential, scramble)
    return noun === "holder" ? redactedHolder(value as Holder, scramble) : value
  }
  return {
    registry: seen,
    tell: (noun, value) => tell(noun, value) as typeof value,
    mayName: (noun, { id }, word) => !redacted || !isPersonal(noun) || id === word,
  }
}

const belongsToNodes: ReadonlySet<NounName> = new Set(["cloudNode", "connection", "device"])

/**
 * Why whoever has this grant may not use a scope at all. What is written or reported under a redacted one could be read
 * again as a pseudonym, and every card be tried out.
 */
export function objectionToScope({ redacted }: Grant, scope: Scope): Refusal | undefined {
  const isWriting = scope === "manage" || scope === "report" || scope === "operate"
  return redacted && isWriting
    ? refuse("grant_too_narrow", "It is redacted: it changes and reports nothing.")
    : undefined
}

/** Why whoever has this grant may not write an object of a noun. */
export function objectionToWriting(
  { cloudNodes }: Grant,
  noun: NounName,
  isNew: boolean,
): Refusal | undefined {
  if (cloudNodes === null) return undefined
  const isWithin = belongsToNodes.has(noun) && !(noun === "cloudNode" && isNew)
  return isWithin
    ? undefined
    : refuse("grant_too_narrow", "It is limited to cloud nodes, and this belongs to the whole system.")
}
