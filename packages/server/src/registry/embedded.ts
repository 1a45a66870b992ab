/**
 * The registry in a data folder on this machine: read from memory, written through. Memory changes when the write is
 * flushed, so that nobody sees what a power cut could take back. Knows nothing of the log beside it.
 */
import { isRefusal } from "@doorstream/contract"
import type { Audit } from "../core/audit.js"
import type { Decided, Registry } from "../core/ports.js"
import { openAudit, type WrittenAudit } from "./audit.js"
import { openMemory, type Memory, type Numbered } from "./memory.js"
import { keyOf, numberOf, type RegistryFolder, type Write } from "./numbers.js"

export interface EmbeddedRegistry extends Registry {
  /** Who made which of the changes. */
  readonly audit: Audit
}

/** Appends events to a log of the same folder, with our writes in the same transaction. */
export type AppendBeside = (
  events: NonNullable<Decided<unknown>["events"]>,
  writes: readonly Write[],
) => Promise<unknown>

const nowhere: AppendBeside = () => Promise.reject(new Error("This registry has no log beside it."))

/** What is written of changes. A system that is removed takes all that it has along. */
const writesOf = (numbered: readonly Numbered[], memory: Memory, table: Write["table"]): Write[] =>
  numbered.flatMap(([number, change]) => {
    const { kind, value, state } = change
    const along = kind === "system" && state === "removed" ? memory.numbersIn(value.id) : []
    return [
      ...along.map((each) => ({ table, key: keyOf(each), value: undefined })),
      { table, key: keyOf(number), value: JSON.stringify(change) },
    ]
  })

interface Parts {
  readonly table: Write["table"]
  readonly audit: WrittenAudit
  readonly memory: Memory
}

/** Makes what writes all that was decided at once, and changes memory when that is flushed. */
const openWriting =
  (folder: RegistryFolder, { table, audit, memory }: Parts, append: AppendBeside) =>
  async (decided: Omit<Decided<unknown>, "answer">): Promise<void> => {
    const { changes, events, beside = [] } = decided
    const numbered = memory.number(changes)
    const told = decided.audit && audit.plan(decided.audit)
    const writes = [
      ...writesOf(numbered, memory, table),
      ...(told?.writes ?? []),
      ...(beside as readonly Write[]),
    ]
    await (events === undefined ? folder.write(writes) : append(events, writes))
    told?.kept()
    numbered.forEach(memory.put)
  }

/**
 * Opens the registry in a folder, which stays the caller's to close.
 *
 * @param append where the events of changes go
 */
export function embeddedRegistry(folder: RegistryFolder, append: AppendBeside = nowhere): EmbeddedRegistry {
  const table = folder.openTable("registry")
  const audit = openAudit(folder)
  const memory = openMemory()
  for (const { key, value } of table.getRange()) memory.put([numberOf(key), JSON.parse(value)])
  const write = openWriting(folder, { table, audit, memory }, append)
  let turns: Promise<unknown> = Promise.resolve()
  const change: Registry["change"] = (decide) => {
    // One after the other, so that two changes of one new thing do not make two of it.
    const turn = turns.then(async () => {
      const decided = decide()
      if (isRefusal(decided)) return decided
      await write(decided)
      return decided.answer
    })
    turns = Promise.allSettled([turn])
    return turn
  }
  return {
    ...memory,
    audit,
    change,
    async put(changes) {
      await change(() => ({ changes, answer: undefined }))
    },
  }
}
