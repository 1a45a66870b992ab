/** Reads values of answers that may be anything. */

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null

/** Text as it is; a number as text. */
export const asText = (value: unknown, otherwise = ""): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : otherwise

export const asTextOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null)

/** A whole number from `least` on. */
export const asWhole = (value: unknown, least: number, otherwise: number): number =>
  typeof value === "number" && Number.isInteger(value) && value >= least ? value : otherwise
