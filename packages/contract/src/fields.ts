/**
 * The kinds of value that stand in events and reports, as data. Types, validation and documentation are made from
 * these words; nothing here knows a topic.
 */

/** A kind of value as it stands on the wire. */
export type FieldKind =
  /** UUID text. */
  | "id"
  | "text"
  /** What is on a card. Text in events; in REST an integer where it is one, so a report may bring either. */
  | "cardText"
  /** A whole number of milliseconds since 1970, from 0 to 8.64e15. */
  | "milliseconds"
  /** ISO 8601 text in UTC without milliseconds, `2025-01-06T15:57:16Z`. */
  | "isoSeconds"
  /** ISO 8601 text in UTC with milliseconds, `2025-01-06T15:47:06.911Z`. */
  | "iso"
  | "number"
  | "textList"

/** A field of an event. `known` fields stand in the event only as far as the cloud node knew them. */
export interface Field<K extends FieldKind = FieldKind, Optional extends boolean = boolean> {
  readonly kind: K
  readonly optional: Optional
}

/** Fields by key, in the order in which the wire has them. */
export type Fields = Readonly<Record<string, Field>>

type ValueOfKind<K extends FieldKind> = K extends "milliseconds" | "number"
  ? number
  : K extends "textList"
    ? readonly string[]
    : string

type Simplify<T> = { [K in keyof T]: T[K] }

/** The TypeScript shape of a set of fields. */
export type ValuesOf<F extends Fields> = Simplify<
  {
    readonly [K in keyof F as F[K]["optional"] extends true ? never : K]: ValueOfKind<F[K]["kind"]>
  } & {
    readonly [K in keyof F as F[K]["optional"] extends true ? K : never]?: ValueOfKind<F[K]["kind"]>
  }
>

const field = <const K extends FieldKind>(kind: K): Field<K, false> => ({ kind, optional: false })

export const id = field("id")
export const text = field("text")
export const cardText = field("cardText")
export const milliseconds = field("milliseconds")
export const isoSeconds = field("isoSeconds")
export const iso = field("iso")
export const number = field("number")
export const textList = field("textList")

/** Marks a field that stands in the event only when it is known. */
export const ifKnown = <K extends FieldKind>(of: Field<K>): Field<K, true> => ({
  kind: of.kind,
  optional: true,
})
