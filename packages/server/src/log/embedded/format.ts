/** The format of a data folder: a number, and the steps that bring an older folder up to date. */
import type { RootDatabase } from "lmdb"

/** Brings a folder from one format to the next, within the transaction that also writes the new number. */
export type Step = (root: RootDatabase) => void

/**
 * From format 2 on, things of the registry may be marked as removed, and rows of the log may have lost their events: a
 * version that knows neither would take them for what they no longer are. Nothing of format 1 has to change.
 */
const markWhatIsGone: Step = () => undefined

/**
 * From format 3 on, the registry has things of a kind that versions before do not know, how far cloud nodes are with
 * their syncs, and there are named listeners. Nothing of format 2 has to change.
 */
const knowSyncs: Step = () => undefined

/**
 * From format 4 on, the state of doors is kept beside the log that it is folded from, and tokens, API clients and listeners
 * may have more said of them: a version that does not know that would let some hear what they may not. Nothing of format 3
 * has to change: a state that is not there is folded from the events that are kept.
 */
const keepStates: Step = () => undefined

/** Step n, counted from 1, leads from format n to n + 1. Never change one that was released. */
const released: readonly Step[] = [markWhatIsGone, knowSyncs, keepStates]

/** What a folder has to do with this version, in words; undefined where it can be read as it is. */
export function findOtherFormat(root: RootDatabase): string | undefined {
  const newest = released.length + 1
  const found = root.openDB<number, string>({ name: "meta", encoding: "json" }).get("format")
  return found === newest
    ? undefined
    : `It has format ${found ?? "none"}; this version verifies format ${newest}.`
}

/**
 * Brings the folder up to date, all steps in one transaction; a new folder gets the newest format.
 *
 * @throws Error with the code `format_newer` when the folder was written by a newer version
 */
export function bringUpToDate(root: RootDatabase, steps: readonly Step[] = released): void {
  const newest = steps.length + 1
  const meta = root.openDB<number, string>({ name: "meta", encoding: "json" })
  const kept = meta.get("format")
  if (kept === newest) return
  const found = kept ?? newest
  if (found > newest) {
    const message =
      `The data folder has format ${found}; this version reads formats up to ${newest}. ` +
      "Run the version that wrote it, or a newer one."
    throw Object.assign(new Error(message), { code: "format_newer" })
  }
  root.transactionSync(() => {
    for (const step of steps.slice(found - 1)) step(root)
    meta.putSync("format", newest)
  })
}
