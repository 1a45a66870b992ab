/**
 * What of a system's log a listener is shown: the rows that its token grants and its filter selects, as its token lets
 * them be seen. Pure. It must not know sessions, nor how a filter was worded.
 */
import type { Subject, TopicName } from "@doorstream/contract"
import type { Row, SystemId } from "./ports.js"
import { soughtBy, type SubjectOfRow } from "./row-subjects.js"
import type { Grant } from "./verified.js"

export interface View {
  /** Views of one system with the same key show the same. */
  readonly key: string
  /** What of topics may be heard; null for all. */
  readonly topics: ReadonlySet<TopicName> | null
  /** The row as it is shown, the same object for the same row each time; undefined where it is not. */
  show(row: Row): Row | undefined
  /** There where few rows are shown: whoever serves thousands of views asks those alone that may show a row. */
  readonly among?: Among
}

/** Only rows that have one of these keys are shown. */
export interface Among {
  readonly keys: readonly string[]
  /** The keys that a row has, in all views of a system. */
  readonly of: (row: Row) => readonly string[]
}

/** Everything as it is. */
export const wholeView: View = { key: "", topics: null, show: (row) => row }

/** What a filter means: ids. An event must be about one of each kind that is named. */
export interface Selection {
  readonly cloudNodes?: ReadonlySet<string>
  readonly devices?: ReadonlySet<string>
  readonly holders?: ReadonlySet<string>
}

/** What a view needs to know of its system. */
export interface Viewing {
  readonly system: SystemId
  /** The id of the cloud node that has, or had last, a serial number: some events tell only that. */
  readonly cloudNodeWith: (system: SystemId, serialNumber: string) => string | undefined
  /** Whom a row is about. */
  readonly subjectOf: SubjectOfRow
  /** The row with pseudonyms for what is personal, the same object each time. */
  readonly redact: (system: SystemId, row: Row) => Row
}

const keyOf = ({ topics, cloudNodes, redacted }: Grant, selection: Selection): string =>
  JSON.stringify([
    topics?.toSorted(),
    cloudNodes?.toSorted(),
    redacted,
    ...[selection.cloudNodes, selection.devices, selection.holders].map((ids) => ids && [...ids].toSorted()),
  ])

const isOf = (ids: ReadonlySet<string> | undefined, id: string | undefined): boolean =>
  ids === undefined || (id !== undefined && ids.has(id))

/** More keys than these would take more room than they save time. */
const mostKeys = 64

/** The keys of what is selected: of its rarest kind, an event of which is about no more than one. */
function keysOf({ devices, holders, cloudNodes }: Selection, granted: ReadonlySet<string> | undefined) {
  const kinds = Object.entries({ device: devices, holder: holders, cloudNode: cloudNodes ?? granted })
  const [kind, ids] = kinds.find(([, each]) => each !== undefined && each.size <= mostKeys) ?? []
  return ids && [...ids].map((id) => `${kind} ${id}`)
}

/** The keys of what a row is about. */
function keysOfSubject(subject: Subject | undefined, nodeOf: (subject: Subject) => string | undefined) {
  if (subject === undefined) return []
  const { device, holder } = subject
  return Object.entries({ device, holder, cloudNode: nodeOf(subject) }).map(([kind, id]) => `${kind} ${id}`)
}

/** Makes the view of a token with a filter. */
export function makeView(grant: Grant, selection: Selection, viewing: Viewing): View {
  const { system, cloudNodeWith, subjectOf, redact } = viewing
  const { devices, holders } = selection
  const granted = grant.cloudNodes === null ? undefined : new Set(grant.cloudNodes)
  const needsSubject = [granted, selection.cloudNodes, devices, holders].some((ids) => ids !== undefined)
  if (!needsSubject && grant.topics === null && !grant.redacted) return wholeView
  const topics = grant.topics && new Set<TopicName>(grant.topics)
  const sought = soughtBy(selection, granted === undefined ? {} : { cloudNodes: granted })

  const nodeOf = ({ cloudNode, serialNumber }: Subject): string | undefined =>
    cloudNode ?? (serialNumber === undefined ? undefined : cloudNodeWith(system, serialNumber))

  const isShown = (subject: Subject | undefined): boolean => {
    if (subject === undefined) return false
    const node = nodeOf(subject)
    return (
      isOf(granted, node) &&
      isOf(selection.cloudNodes, node) &&
      isOf(devices, subject.device) &&
      isOf(holders, subject.holder)
    )
  }
  const keys = keysOf(selection, granted)
  const keysIn = (row: Row): readonly string[] => keysOfSubject(subjectOf(row, []), nodeOf)
  return {
    key: keyOf(grant, selection),
    topics,
    ...(keys === undefined ? {} : { among: { keys, of: keysIn } }),
    show: (row) => {
      if (topics !== null && !topics.has(row.topic)) return undefined
      // What was forgotten before its turn is told as a gap: whom it was about, nobody knows any more.
      if (row.text === "") return row
      if (needsSubject && !isShown(subjectOf(row, sought))) return undefined
      return grant.redacted ? redact(system, row) : row
    },
  }
}
