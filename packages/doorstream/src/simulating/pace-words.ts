/** What a simulation says of itself while it runs and when it ends. It must not know how it runs. */
import type { Pace, Progress } from "@doorstream/simulator"

/** Over so much of the real time it is measured how fast things go, in milliseconds. */
const lookBack = 5_000

/** A simulation's progress at a real time, in milliseconds from any beginning. */
export interface Moment {
  readonly real: number
  readonly progress: Progress
}

export interface Rate {
  /** How many times faster than the world it went. */
  readonly speed: number
  /** Reports a second that the server took. */
  readonly perSecond: number
}

/** Measures over the last few seconds: give it one moment after the other. */
export function openMeter(): (moment: Moment) => Rate {
  let moments: Moment[] = []
  return (moment) => {
    const old = moments.findLastIndex(({ real }) => moment.real - real >= lookBack)
    moments = [...moments.slice(Math.max(0, old)), moment]
    const [first] = moments
    const passed = first === undefined ? 0 : moment.real - first.real
    if (first === undefined || passed <= 0) return { speed: 0, perSecond: 0 }
    return {
      speed: (moment.progress.at - first.progress.at) / passed,
      perSecond: ((moment.progress.reported - first.progress.reported) * 1000) / passed,
    }
  }
}

const count = (number: number): string => number.toLocaleString("en")

/** Few digits, as many as say something. */
export const rounded = (number: number): string =>
  number >= 100 ? count(Math.round(number)) : String(Number(number.toPrecision(number < 1 ? 2 : 3)))

const many = (number: number, one: string): string => `${count(number)} ${one}${number === 1 ? "" : "s"}`

/** Speed as it was wished, and as it is where that is another: by more than measuring is off. */
function speedInWords(wished: number | "max", reached: number): string {
  if (wished === "max") return `max (${rounded(reached)}x)`
  const isFar = reached > 0 && Math.abs(reached / wished - 1) > 0.1
  return isFar ? `${wished}x (reached: ${rounded(reached)}x)` : `${wished}x`
}

export function progressInWords({ progress }: Moment, rate: Rate, wished: number | "max"): string {
  const { at, cloudNodes, linked, doors, reported, waiting } = progress
  const time = new Date(at).toISOString().replace("T", " ").slice(0, 19)
  return [
    `${time}Z`,
    speedInWords(wished, rate.speed),
    many(doors, "door"),
    `${count(linked)} of ${many(cloudNodes, "cloud node")} linked`,
    `${many(reported, "event")}, ${rounded(rate.perSecond)}/s`,
    ...(waiting > 0 ? [`${count(waiting)} waiting`] : []),
  ].join(" | ")
}

/** Said when the clock begins to lag, and when it no longer does. */
export const paceInWords = ({ lags, wished, reached }: Pace): string =>
  lags
    ? `The machine or the server cannot follow at --speed ${wished}: ${rounded(reached)} is reached. Time goes slower, and nothing is lost.`
    : `It follows again: --speed ${rounded(wished)} is reached.`

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const

/** @example spanInWords(5_400_000) // "1h 30m" */
export function spanInWords(milliseconds: number): string {
  let left = Math.max(0, Math.round(milliseconds / 1000) * 1000)
  const parts = units.flatMap(([unit, length]) => {
    const whole = Math.floor(left / length)
    left -= whole * length
    return whole > 0 ? [`${whole}${unit}`] : []
  })
  return parts.join(" ") || "0s"
}

/** The last line: what there was in all. */
export function summaryInWords(first: Moment, last: Moment): string {
  const { reported, obeyed, waiting, at } = last.progress
  const passed = `${spanInWords(at - first.progress.at)} of the building's time`
  return [
    `${many(reported, "event")} reported`,
    ...(obeyed > 0 ? [`${many(obeyed, "command")} obeyed`] : []),
    ...(waiting > 0 ? [`${count(waiting)} not sent`] : []),
    `${passed} in ${((last.real - first.real) / 1000).toFixed(1)} s`,
  ].join(", ")
}
