/**
 * Whom rows of a log are about, told without taking each apart: a text that has none of the ids that are asked for is about
 * none of them. A row that is asked about again, as the newest are by every listener with a filter, is taken apart once.
 * Pure. It must not know views.
 */
import { subjectOf, topicEntry, type Subject } from "@doorstream/contract"
import type { Row } from "./ports.js"
import type { Selection } from "./view.js"

/** Whom a row is about; undefined where it cannot be about what is selected. */
export type SubjectOfRow = (row: Row, sought: Sought) => Subject | undefined

/** What a text must have in it, one of each list, to be about what is selected. */
export type Sought = readonly {
  readonly texts: readonly string[]
  /** Events that tell a serial number alone do not have it in them. */
  readonly isOfCloudNodes: boolean
}[]

/** To look for more than so many takes longer than to take the text apart. */
const mostTexts = 8

/** Rows that are remembered: more than go out together. */
const mostRows = 256

/** Ids that JSON writes as they are. */
const isPlain = (id: string): boolean => /^[\w-]+$/.test(id)

/** What is to be looked for in texts before they are taken apart. */
export function soughtBy(...selections: readonly Selection[]): Sought {
  const listed = selections.flatMap(({ cloudNodes, devices, holders }) => [
    { ids: cloudNodes, isOfCloudNodes: true },
    { ids: devices, isOfCloudNodes: false },
    { ids: holders, isOfCloudNodes: false },
  ])
  return listed.flatMap(({ ids, isOfCloudNodes }) =>
    ids === undefined || ids.size > mostTexts || ![...ids].every(isPlain)
      ? []
      : [{ texts: [...ids], isOfCloudNodes }],
  )
}

const tellsNumberAlone = ({ topic }: Row): boolean => {
  const { envelope } = topicEntry(topic)
  return envelope === "presence" || envelope === "sync"
}

const hasSome = (text: string, texts: readonly string[]): boolean => texts.some((each) => text.includes(each))

const canBe = (row: Row, sought: Sought): boolean =>
  sought.every(
    ({ texts, isOfCloudNodes }) => (isOfCloudNodes && tellsNumberAlone(row)) || hasSome(row.text, texts),
  )

export function openSubjects(): SubjectOfRow {
  /** Null: it was asked about once, and not taken apart. */
  const subjects = new Map<Row, Subject | null>()
  const remember = (row: Row, subject: Subject | null): void => {
    if (subjects.size >= mostRows) subjects.clear()
    subjects.set(row, subject)
  }
  return (row, sought) => {
    const known = subjects.get(row)
    if (known) return known
    if (known === undefined && !canBe(row, sought)) {
      remember(row, null)
      return undefined
    }
    const subject = subjectOf(row.topic, JSON.parse(row.text) as object)
    remember(row, subject)
    return subject
  }
}
