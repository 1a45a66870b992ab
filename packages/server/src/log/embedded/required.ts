/** Keeps in a data folder which named listeners must hear. It must not know whether they do. */
import { createHash } from "node:crypto"
import type { ListenerName } from "../../core/names.js"
import type { RequiredListener, RequiredListeners } from "../../core/required.js"
import type { Folder } from "./folder.js"

export interface KeptRequired extends RequiredListeners {
  /** Forgets those whose system or API client is gone. */
  sweep(): Promise<void>
}

const idOf = ({ system, client, name }: ListenerName): string => [system, client, name].join("\n")
const keyOf = (id: string): Buffer => createHash("sha256").update(id).digest()

/** Opens them in a folder, which stays the caller's to close. */
export function openRequired(folder: Folder, isGone: (of: ListenerName) => boolean): KeptRequired {
  const table = folder.openTable("listeners.required")
  const read = ({ value }: { readonly value: string }) => JSON.parse(value) as RequiredListener
  const byId = new Map([...table.getRange()].map(read).map((listener) => [idOf(listener), listener]))
  // All are looked at several times a second, and change hardly ever.
  let inOrder: readonly RequiredListener[] | undefined
  const sort = () => [...byId.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const forget = async (ids: readonly string[]): Promise<void> => {
    await folder.write(ids.map((id) => ({ table, key: keyOf(id), value: undefined })))
    for (const id of ids) byId.delete(id)
    inOrder = undefined
  }
  return {
    find: (of) => byId.get(idOf(of)),
    // One that is gone is missed by nobody, though it is not swept yet.
    list: () => (inOrder ??= sort()).filter((listener) => !isGone(listener)),
    async require(listener) {
      const id = idOf(listener)
      await folder.write([{ table, key: keyOf(id), value: JSON.stringify(listener) }])
      byId.set(id, listener)
      inOrder = undefined
    },
    async unrequire(of) {
      const id = idOf(of)
      if (!byId.has(id)) return false
      await forget([id])
      return true
    },
    async sweep() {
      const gone = [...byId].flatMap(([id, listener]) => (isGone(listener) ? [id] : []))
      if (gone.length > 0) await forget(gone)
    },
  }
}
