/** `doorstream dead-letters`: what was refused of reports, and what becomes of it. */
import { columns, plain, timeInWords } from "../columns.js"
import { operate, withQuery } from "../operate.js"
import { Plight, remark, say, sayList } from "../say.js"

interface LetterOptions {
  readonly system: string
  readonly code?: string
  readonly all?: true
  readonly json?: true
}

interface Letter {
  readonly number: number
  readonly received: string
  readonly cloudNode: string
  readonly topic: string | null
  readonly code: string
  readonly message: string
}

interface Page {
  readonly count: number
  readonly dropped: number
  readonly letters: readonly Letter[]
  readonly next: number | null
}

const pathOf = ({ system }: LetterOptions, more = ""): string =>
  `/systems/${encodeURIComponent(system)}/dead-letters${more}`

export async function listLetters(options: LetterOptions): Promise<void> {
  const letters: Letter[] = []
  let page: Page
  let before: number | undefined
  do {
    const query = { code: options.code, before, per_page: 1000 }
    page = await operate<Page>("GET", withQuery(pathOf(options), query))
    letters.push(...page.letters)
    before = page.next ?? undefined
  } while (before !== undefined)
  sayList(letters, options.json, () =>
    columns(
      ["NO", "RECEIVED", "CODE", "TOPIC", "CLOUD NODE"],
      letters.map(({ number, received, code, topic, cloudNode }) => [
        number,
        timeInWords(received),
        code,
        topic,
        cloudNode,
      ]),
    ),
  )
  const dropped = page.dropped > 0 ? ` ${page.dropped} more were let go of, because there were too many.` : ""
  remark(`${page.count} dead letters.${dropped}`)
}

export async function showLetter(number: string, options: LetterOptions): Promise<void> {
  const letter = await operate<object>("GET", pathOf(options, `/${encodeURIComponent(number)}`))
  say(JSON.stringify(letter, null, 2))
}

/** What is meant where no number is named: it must be said. */
function manyOf({ code, all }: LetterOptions): { readonly code: string } | { readonly all: true } {
  if (code !== undefined) return { code }
  if (all) return { all }
  throw new Plight("Name a dead letter by its number, or say --code CODE or --all.")
}

interface Replayed {
  readonly accepted: number
  readonly refused: readonly { readonly number: number; readonly message: string }[]
  readonly next: number | null
}

/** Replays one, or many; those that are refused again are printed, and make the exit code 1. */
export async function replayLetters(number: string | undefined, options: LetterOptions): Promise<void> {
  if (number !== undefined) {
    await operate("POST", pathOf(options, `/${encodeURIComponent(number)}/replay`), {}, 0)
    return remark("Accepted.")
  }
  const which = manyOf(options)
  let accepted = 0
  let refused = 0
  for (let after: number | null = 0; after !== null;) {
    const path = pathOf(options, "/replay")
    const replayed: Replayed = await operate<Replayed>("POST", path, { ...which, after }, 0)
    accepted += replayed.accepted
    refused += replayed.refused.length
    for (const each of replayed.refused) say(`${each.number}  ${plain(each.message)}`)
    after = replayed.next
  }
  remark(`${accepted} accepted, ${refused} refused again.`)
  if (refused > 0) process.exitCode = 1
}

export async function dropLetters(number: string | undefined, options: LetterOptions): Promise<void> {
  const { dropped } = await (number === undefined
    ? operate<{ dropped: number }>("POST", pathOf(options, "/drop"), manyOf(options))
    : operate<{ dropped: number }>("DELETE", pathOf(options, `/${encodeURIComponent(number)}`)))
  remark(`${dropped} dropped.`)
}
