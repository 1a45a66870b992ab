/** Reads from an act of a scenario when it is done. */
import type { Timing } from "../building/scenario.js"
import type { Fields, Reader } from "./reader.js"

const ways = ["after", "every", "each"] as const

export const timingKeys = [...ways, "from", "until"] as const

/** More often than so is a mistake, in milliseconds. */
const mostOften = 100

export function readTiming(reader: Reader, fields: Fields, line: number): Timing | undefined {
  const told = ways.filter((way) => fields.has(way))
  const [way] = told
  if (way === undefined || told.length > 1)
    return reader.fault(line, "an act has one of after (once), every (somewhere) and each (everywhere)")
  if (way === "after") {
    for (const key of ["from", "until"])
      if (fields.has(key)) reader.fault(fields.get(key)?.line ?? line, `${key} goes with every and each`)
    const after = reader.duration(fields.get("after"), "after")
    return after === undefined ? undefined : { how: "once", after }
  }
  const interval = reader.duration(fields.get(way), way, mostOften)
  const from = reader.duration(fields.get("from"), "from") ?? 0
  const until = reader.duration(fields.get("until"), "until")
  if (until !== undefined && until <= from)
    return reader.fault(fields.get("until")?.line ?? line, "until is not later than from")
  if (interval === undefined) return undefined
  return { how: way, interval, from, ...(until !== undefined && { until }) }
}
