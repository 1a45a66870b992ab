/**
 * Finds what somebody names, be it by its id or by its externalId. An id wins over a name that looks like it, so that
 * what an id leads to never changes because somebody chose a name.
 */
import type { Kind, Kinds, Registry, SystemId } from "./ports.js"

/** What has a name of the user's choice. */
export type Named = Exclude<Kind, "system" | "client" | "panel" | "presence" | "sync">

/** Finds what is there by its id, or else by its externalId. */
export const findByWord = <K extends Named>(
  registry: Pick<Registry, "find" | "findNamed">,
  kind: K,
  system: SystemId,
  word: string,
): Kinds[K] | undefined => registry.find(kind, system, word) ?? registry.findNamed(kind, system, word)

/** Finds what was removed, too. */
export const findEverByWord = <K extends Named>(
  registry: Pick<Registry, "findEver" | "findNamedEver">,
  kind: K,
  system: SystemId,
  word: string,
): Kinds[K] | undefined => registry.findEver(kind, system, word) ?? registry.findNamedEver(kind, system, word)

/** Finds in a list by id, or else by externalId. */
export const findIn = <T extends { readonly id: string; readonly externalId?: string }>(
  list: readonly T[],
  word: string,
): T | undefined => list.find(({ id }) => id === word) ?? list.find(({ externalId }) => externalId === word)
