/** A cursor in the browser's localStorage, for one page of an origin at a time. It must not know what was heard. */
import type { CursorStore } from "./options.js"

interface TextStore {
  readonly getItem: (key: string) => string | null
  readonly setItem: (key: string, text: string) => void
}

/**
 * Keeps a cursor in localStorage, so that a page that is loaded again goes on where it was.
 *
 * @param key its name there; two that listen must not share it
 */
export function localStorageStore(key: string): CursorStore {
  // It is looked for late: to ask for it may throw, where a browser forbids it.
  const storage = (): TextStore => (globalThis as unknown as { localStorage: TextStore }).localStorage
  return { load: () => storage().getItem(key), save: (cursor) => storage().setItem(key, cursor) }
}
