/** What a replay says of itself while it runs and when it ends. It must not know how it runs. */
import type { Gap } from "@doorstream/contract"
import { rounded, spanInWords } from "../simulating/pace-words.js"
import type { Played } from "./play.js"

const count = (number: number, one: string): string =>
  `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`

interface Heard {
  readonly listeners: number
  readonly behind: number
}

export function progressInWords(
  { at, events }: Played,
  { listeners, behind }: Heard,
  speed: number | "max",
): string {
  const time =
    at === undefined ? "before the first event" : new Date(at).toISOString().replace("T", " ").slice(0, 19)
  return [
    at === undefined ? time : `${time}Z`,
    speed === "max" ? speed : `${rounded(speed)}x`,
    count(events, "event"),
    count(listeners, "listener"),
    ...(behind > 0 ? [`${behind} behind`] : []),
  ].join(" | ")
}

export function summaryInWords({ events, first, at }: Played, passed: number, isWhole: boolean): string {
  const span = first === undefined || at === undefined ? "" : `, ${spanInWords(at - first)} of the past`
  const early = isWhole ? "" : " It was ended early."
  return `${count(events, "event")} went out${span}, in ${(passed / 1000).toFixed(1)} s.${early}`
}

export const gapInWords = ({ count: gone, from, to }: Gap): string =>
  `${count(gone, "event")} of this past ${gone === 1 ? "is" : "are"} kept no longer (positions ${from} to ${to}): there is a hole here.`
