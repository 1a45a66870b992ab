/** Lists for a person: columns that stand below each other. It must not know what is listed. */
import { stripVTControlCharacters } from "node:util"

type Cell = string | number | null | undefined

/** What came from outside must not move the cursor of whoever looks at it. */
export const plain = (cell: Cell): string =>
  stripVTControlCharacters(String(cell ?? "-")).replace(/\p{Cc}/gu, " ")

/** @returns the lines, the head first */
export function columns(head: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const all = [head, ...rows.map((row) => row.map(plain))]
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)))
  return all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  )
}

/** A time of the operator API as a person reads it, in this machine's time zone. */
export function timeInWords(iso: string): string {
  const time = new Date(iso)
  const two = (number: number): string => String(number).padStart(2, "0")
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-")
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`
}
