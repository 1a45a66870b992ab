/** A cursor's store that tells when listening has begun, whether the cursor is kept in a file or not. */
import type { CursorStore } from "@doorstream/client"
import { fileStore } from "@doorstream/client/node"

/** @param heard is called with each cursor, the first of them when the stream is there */
export function openStore(file: string | undefined, heard: () => void): CursorStore {
  const kept = file === undefined ? undefined : fileStore(file)
  return {
    load: () => kept?.load(),
    save: (cursor) => {
      heard()
      return kept?.save(cursor)
    },
  }
}
