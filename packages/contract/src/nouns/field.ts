/**
 * The kinds of value that may be written into a registry, as data: over REST and in the file of a building alike. Schemas
 * and documentation are made from these words; nothing here knows a noun.
 */

/** What a value may be. */
export type WrittenKind =
  /** One line of text, of so many characters; no control characters, no half characters. */
  | { readonly is: "text"; readonly least: number; readonly most: number }
  /** Text of one line or more. */
  | { readonly is: "lines"; readonly most: number }
  | { readonly is: "whole"; readonly least: number; readonly most: number }
  | { readonly is: "yesNo" }
  | { readonly is: "oneOf"; readonly words: readonly string[] }
  /** A name of the IANA database, such as `Europe/Madrid`. */
  | { readonly is: "timezone" }
  /** A language tag, such as `en` or `es-MX`. */
  | { readonly is: "locale" }
  | { readonly is: "email" }
  /** An ISO 8601 date, or date and time with its distance from UTC. */
  | { readonly is: "date" }
  /** `HH:MM`; 24:00 is the end of the day. */
  | { readonly is: "timeOfDay" }
  /** 4 to 8 digits. */
  | { readonly is: "pin" }
  /** What is on a card: a whole number, or text where a number could not be turned back into it (`007`). */
  | { readonly is: "cardText" }
  /** The id or the externalId of another object; `embedded` ones may stand as `{id}` too, as they are read. */
  | { readonly is: "reference"; readonly to: NounName; readonly embedded?: true }
  /** No value twice. */
  | { readonly is: "list"; readonly of: WrittenKind; readonly most: number }

export type NounName = "cloudNode" | "connection" | "device" | "holder" | "credential" | "group" | "rule"

/** A field that may be written. */
export type WrittenField = WrittenKind & {
  /** In our own words. */
  readonly means: string
  /** It cannot be left out. */
  readonly required?: true
  /** What it is where nothing was told. Without one it is not there then. */
  readonly otherwise?: unknown
  /** It is never shown. */
  readonly writeOnly?: true
  /** The entity's own key for it, where that is another. */
  readonly keptAs?: string
}

/** Fields by key, in the order in which they are shown. */
export type WrittenFields = Readonly<Record<string, WrittenField>>

/** What was written of one object: values by field, null where a field is to be as if it had never been told. */
export type Written = Readonly<Record<string, unknown>>
