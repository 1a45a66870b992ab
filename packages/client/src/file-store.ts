/** A cursor in a file, for one program at a time. It must not know what was heard. */
import { readFile, rename, writeFile } from "node:fs/promises"
import type { CursorStore } from "./options.js"

/**
 * Keeps a cursor in a file, so that a program that is started again goes on where it was. The file is replaced as a whole:
 * whoever is killed meanwhile finds the cursor before, and hears a few events again.
 *
 * @param path of the file; its folder must be there, and two that listen must not share it
 */
export function fileStore(path: string): CursorStore {
  return {
    load: async () => {
      try {
        const cursor = (await readFile(path, "utf8")).trim()
        // To begin anew in silence might lose what happened since then.
        if (cursor === "") throw new Error(`${path} is empty. Remove it to begin anew.`)
        return cursor
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
        throw error
      }
    },
    save: async (cursor) => {
      await writeFile(`${path}.new`, `${cursor}\n`)
      await rename(`${path}.new`, path)
    },
  }
}
