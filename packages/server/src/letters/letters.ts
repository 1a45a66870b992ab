/**
 * Keeps dead letters in a data folder, within bounds of number and size for each system: the oldest go first, and how
 * many went is counted. It must not know why a report was refused, nor who looks at it.
 */
import { isRefusal, isTopicName, type Refusal, type TopicName } from "@doorstream/contract"
import type { DeadLetter, DeadLetters, Replayed, Which, WriteBeside } from "../core/letters.js"
import type { Milliseconds, SystemId } from "../core/ports.js"
import { openInbox, type Inbox, type Waiting } from "./inbox.js"
import { planAdding, planChanging, type Changed, type LetterBounds } from "./plan.js"
import {
  openLetterTable,
  type Kept,
  type LetterFolder,
  type LetterTable,
  type Standing,
  type Write,
} from "./table.js"

export interface LetterParts {
  readonly folder: LetterFolder
  /** For each system. */
  readonly bounds: LetterBounds
  /** How long an event is kept: a letter is, too. */
  readonly ages: { readonly shortest: Milliseconds; of(topic: TopicName | undefined): Milliseconds }
  readonly now: () => Milliseconds
  /** The holders of a system who were erased. */
  readonly erasedIn: (system: SystemId) => ReadonlySet<string>
  readonly isGone: (system: SystemId) => boolean
  /** Does what writes about so many bytes, unless there is no room for them. */
  readonly spend: (bytes: number, work: () => Promise<void>) => Promise<void | Refusal>
  readonly fault: (fault: unknown, what: string) => void
}

export interface KeptLetters extends DeadLetters {
  /** Writes what waits. */
  flush(): Promise<void>
  /** Lets go of what is older than events are kept, and of what was a system's that is gone. */
  sweep(): Promise<void>
  /** Resolves once all is written. */
  close(): Promise<void>
}

const writeEvery: Milliseconds = 250
const atOnce = 1000
const together = 100

function* choose(table: LetterTable, system: SystemId, { number, code, after = 0 }: Which): Generator<Kept> {
  if (number !== undefined) {
    const found = table.find(system, number)
    if (found !== undefined) yield found
    return
  }
  for (const kept of table.after(system, after))
    if (code === undefined || kept.letter.code === code) yield kept
}

const take = <T>(from: Iterable<T>, most: number): T[] => {
  const taken: T[] = []
  for (const each of from) {
    taken.push(each)
    if (taken.length === most) break
  }
  return taken
}

const isOld = ({ received, topic }: DeadLetter, { ages, now }: LetterParts): boolean =>
  received < now() - ages.of(topic !== null && isTopicName(topic) ? topic : undefined)

type Change = (system: SystemId, changed: readonly Changed[], write?: WriteBeside) => Promise<void>

/** What is done to letters, each in its turn and after what waited was written. */
function openChanging(
  { now }: LetterParts,
  table: LetterTable,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  change: Change,
): Pick<DeadLetters, "drop" | "replay" | "redact"> {
  return {
    drop: (system, which, write) =>
      inTurn(async () => {
        const chosen = [...choose(table, system, which)].map((kept) => ({ kept }))
        if (chosen.length > 0) await change(system, chosen, write)
        return chosen.length
      }),
    replay: (system, which, through, write) =>
      inTurn(async () => {
        const chosen = take(choose(table, system, which), atOnce)
        const tried: Tried[] = []
        for (let at = 0; at < chosen.length; at += together)
          tried.push(...(await tryAll(chosen.slice(at, at + together), (letter) => through(system, letter))))
        const changed = tried.map((each) => afterTrying(each, now()))
        if (tried.length > 0) await change(system, changed, write)
        return replayed(tried, chosen.length === atOnce)
      }),
    redact: (system, words, write) =>
      inTurn(async () => {
        const told = [...choose(table, system, {})].filter(({ letter }) => tellsOf(letter, words))
        const changed = told.map((kept) => ({ kept, to: withoutReport(kept.letter) }))
        await change(system, changed, write)
      }),
  }
}

/** Writes what waits; what there is no room for, on the disk, is let go of and counted. */
async function writeWaiting({ folder, bounds, spend }: LetterParts, table: LetterTable, inbox: Inbox) {
  for (const [system, waiting] of inbox.take()) {
    const { writes, standing } = planAdding(table, bounds, system, waiting)
    const refused = await spend(waiting.bytes + pagesOf(waiting), async () => {
      await folder.write(writes)
      table.stand(standing)
    })
    if (refused === undefined) continue
    const before = table.standing(system)
    table.stand({ ...before, dropped: before.dropped + waiting.letters.length + waiting.dropped })
  }
}

const pagesOf = ({ letters }: Waiting): number => 4096 * (letters.length + 1)

export function openLetters(parts: LetterParts): KeptLetters {
  const { folder, fault } = parts
  const table = openLetterTable(folder)
  const inbox = openInbox(parts.now, parts.erasedIn)
  let turns: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = turns.then(async () => {
      clearTimeout(timer)
      timer = undefined
      await writeWaiting(parts, table, inbox)
      return work()
    })
    turns = Promise.allSettled([turn])
    return turn
  }
  const flush = (): Promise<void> => inTurn(() => Promise.resolve())
  const change: Change = async (system, changed, write = (all) => folder.write(all as readonly Write[])) => {
    const { writes, standing } = planChanging(table, system, changed)
    const numbers = changed.map(({ kept }) => kept.letter.number)
    const answered = await write(writes, numbers)
    if (answered === undefined || !isRefusal(answered)) table.stand(standing)
  }

  return {
    ...openReading(table),
    ...openChanging(parts, table, inTurn, change),
    keep(refused) {
      inbox.put(refused)
      timer ??= setTimeout(() => {
        flush().catch((error: unknown) => fault(error, "keeping dead letters"))
      }, writeEvery).unref()
    },
    flush,
    sweep: () => inTurn(() => sweep(table, parts, change)),
    totals: () => totalOf(table.standings()),
    close: flush,
  }
}

const totalOf = (standings: readonly Standing[]): ReturnType<KeptLetters["totals"]> =>
  standings.reduce(
    (sum, { count, dropped }) => ({ count: sum.count + count, dropped: sum.dropped + dropped }),
    { count: 0, dropped: 0 },
  )

function openReading(table: LetterTable): Pick<DeadLetters, "standing" | "find" | "list"> {
  return {
    standing: (system) => table.standing(system),
    find: (system, number) => table.find(system, number)?.letter,
    list(system, { code, before = Number.MAX_SAFE_INTEGER, most }) {
      const letters: DeadLetter[] = []
      for (const { letter } of table.before(system, before)) {
        if (code !== undefined && letter.code !== code) continue
        if (letters.length === most) return { letters, next: letters.at(-1)!.number }
        letters.push(letter)
      }
      return { letters, next: null }
    },
  }
}

interface Tried {
  readonly kept: Kept
  /** Undefined where it was accepted. */
  readonly refusal: Refusal | undefined
}

const tryAll = (
  chosen: readonly Kept[],
  through: (letter: DeadLetter) => Promise<Refusal | undefined>,
): Promise<Tried[]> =>
  // Begun in their order, and so appended in it; what is begun at once is flushed at once.
  Promise.all(chosen.map(async (kept) => ({ kept, refusal: await through(kept.letter) })))

const afterTrying = ({ kept, refusal }: Tried, tried: Milliseconds): Changed =>
  refusal === undefined ? { kept } : { kept, to: { ...kept.letter, ...refusal, tried } }

function replayed(tried: readonly Tried[], isMore: boolean): Replayed {
  const numbered = tried.map(({ kept, refusal }) => ({ number: kept.letter.number, refusal }))
  return {
    accepted: numbered.filter(({ refusal }) => refusal === undefined).map(({ number }) => number),
    refused: numbered.flatMap(({ number, refusal }) => (refusal === undefined ? [] : [{ number, refusal }])),
    next: isMore ? numbered.at(-1)!.number : null,
  }
}

const withoutReport = (letter: DeadLetter): DeadLetter => ({ ...letter, report: null, without: "erasure" })

/** A word is looked for anywhere in the report, so that too much is forgotten rather than too little. */
function tellsOf({ report }: DeadLetter, words: readonly string[]): boolean {
  if (report === null) return false
  const text = JSON.stringify(report)
  return words.some((word) => text.includes(JSON.stringify(word).slice(1, -1)))
}

async function sweep(table: LetterTable, parts: LetterParts, change: Change): Promise<void> {
  for (const { system, count } of table.standings()) {
    if (count === 0) continue
    const isGone = parts.isGone(system)
    const old: Changed[] = []
    for (const kept of table.after(system, 0)) {
      if (!isGone && kept.letter.received >= parts.now() - parts.ages.shortest) break
      if (isGone || isOld(kept.letter, parts)) old.push({ kept })
    }
    if (old.length > 0) await change(system, old)
  }
}
