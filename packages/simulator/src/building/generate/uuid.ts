/** Makes UUIDs from chance, so that the same seed gives the same ids. */
import type { Chance } from "../chance.js"

const hexDigits = (chance: Chance, count: number): string =>
  Array.from({ length: count }, () => chance.between(0, 15).toString(16)).join("")

/** A UUID of version 4, as far as anybody can see. */
export const drawUuid = (chance: Chance): string => {
  const variant = "89ab"[chance.between(0, 3)] ?? "8"
  const [first, second, third] = [hexDigits(chance, 8), hexDigits(chance, 4), hexDigits(chance, 3)]
  return `${first}-${second}-4${third}-${variant}${hexDigits(chance, 3)}-${hexDigits(chance, 12)}`
}
