/** Schemas of single values as they are written. Each says in one sentence what it must be. */
import { z } from "zod"
import type { WrittenKind } from "../nouns/field.js"
import { longestWord } from "../nouns/shared.js"

const must = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined ? "is missing" : `must be ${what}`,
})

/** Counted in characters, not in a string's units; halves of characters and control characters are none. */
const textOf = (
  least: number,
  most: number,
  what: string,
  excluded = "\\u0000-\\u001f",
): z.ZodType<string> => {
  const pattern = new RegExp(`^[^${excluded}\\u007f-\\u009f\\ud800-\\udfff]{${least},${most}}$`, "u")
  return z.string(must(what)).regex(pattern, must(what))
}

const text = (least: number, most: number) =>
  textOf(least, most, `text of ${least} to ${most} characters, without control characters`)

const isTimeZone = (name: string): boolean => {
  try {
    // Some versions take distances from UTC as well, which are no names.
    return (
      /^[A-Z]/i.test(name) &&
      new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions() !== undefined
    )
  } catch {
    return false
  }
}

const timezone = "the IANA name of a time zone, such as Europe/Madrid"
const locale = "a language tag, such as en or es-MX"
const email = "a mail address of up to 254 characters"
const date = "an ISO 8601 date (2026-11-23), or date and time with Z or a distance from UTC"
const timeOfDay = "a time of day as HH:MM, from 00:00 to 24:00"
const pin = "text of 4 to 8 digits"
const cardText = "a whole number from 0, or text of 1 to 64 characters"

const timeZoneName = z
  .string(must(timezone))
  .max(longestWord, must(timezone))
  .refine(isTimeZone, must(timezone))
  .meta({ examples: ["Europe/Madrid", "UTC"] })

const word = text(1, longestWord)
const embedded = z.object({ id: word }).transform(({ id }) => id)

const isTwice = (list: readonly unknown[]): boolean => new Set(list).size < list.length

function listOf(kind: WrittenKind, most: number): z.ZodType {
  const what = must(`a list of up to ${most}, none of them twice`)
  return z
    .array(schemaOfWritten(kind), what)
    .max(most, what)
    .refine((list) => !isTwice(list), what)
    .meta({ uniqueItems: true })
}

/** What a value of a kind must be, and how it is kept: what is on cards as text, references as what they name. */
export function schemaOfWritten(kind: WrittenKind): z.ZodType {
  switch (kind.is) {
    case "text":
      return text(kind.least, kind.most)
    case "lines":
      return textOf(
        0,
        kind.most,
        `text of up to ${kind.most} characters`,
        "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f",
      )
    case "whole": {
      const what = must(`a whole number from ${kind.least} to ${kind.most}`)
      return z.int(what).min(kind.least, what).max(kind.most, what)
    }
    case "yesNo":
      return z.boolean(must("true or false"))
    case "oneOf":
      return z.enum(kind.words as [string, ...string[]], must(`one of ${kind.words.join(", ")}`))
    case "timezone":
      return timeZoneName
    case "locale":
      return z.string(must(locale)).regex(/^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,4}$/, must(locale))
    case "email":
      return z.email(must(email)).max(254, must(email))
    case "date":
      return z.union([z.iso.date(), z.iso.datetime({ offset: true })], must(date))
    case "timeOfDay":
      return z.string(must(timeOfDay)).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, must(timeOfDay))
    case "pin":
      return z.string(must(pin)).regex(/^\d{4,8}$/, must(pin))
    case "cardText":
      return z.union([text(1, 64), z.int().min(0).transform(String)], must(cardText))
    case "reference":
      return kind.embedded === true ? z.union([word, embedded], must("an id or an externalId")) : word
    case "list":
      return listOf(kind.of, kind.most)
  }
}
