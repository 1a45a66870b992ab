/** Fields that several nouns have. */
import type { WrittenField } from "./field.js"

/** The most characters of a name. */
const longestName = 200

/** The most characters of an externalId, or of whatever else names an object. */
export const longestWord = 128

export const externalId = {
  is: "text",
  least: 1,
  most: longestWord,
  means: "A name of your own, unique among the objects of its kind: it may stand wherever the id may.",
} as const satisfies WrittenField

export const name = {
  is: "text",
  least: 1,
  most: longestName,
  means: "What people call it.",
  required: true,
} as const satisfies WrittenField

export const description = {
  is: "lines",
  most: 1000,
  means: "Whatever there is to say about it.",
} as const satisfies WrittenField
