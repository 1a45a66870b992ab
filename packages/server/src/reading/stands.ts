/**
 * Choirs by what they may be shown: those that are shown few rows are found by the keys of what they are shown, so that
 * thousands of filters need not be asked one by one. It must not know how anybody hears.
 */
import type { Row } from "../core/ports.js"
import type { Among } from "../core/view.js"

interface Stander {
  readonly view: { readonly among?: Among }
}

export function openStands<C extends Stander>() {
  const open = new Set<C>()
  const byKey = new Map<string, Set<C>>()
  let keysOf: Among["of"] = () => []

  const found = (rows: readonly Row[]): ReadonlySet<C> => {
    const some = new Set<C>()
    for (const row of byKey.size === 0 ? [] : rows)
      for (const key of keysOf(row)) for (const choir of byKey.get(key) ?? []) some.add(choir)
    return some
  }
  return {
    add(choir: C): void {
      const { among } = choir.view
      if (among === undefined) return void open.add(choir)
      keysOf = among.of
      for (const key of among.keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(choir))
    },
    remove(choir: C): void {
      open.delete(choir)
      for (const key of choir.view.among?.keys ?? []) {
        const choirs = byKey.get(key)
        choirs?.delete(choir)
        if (choirs?.size === 0) byKey.delete(key)
      }
    },
    /** Those that may be shown one of these rows. */
    *meant(rows: readonly Row[]): Iterable<C> {
      yield* open
      yield* found(rows)
    },
  }
}
