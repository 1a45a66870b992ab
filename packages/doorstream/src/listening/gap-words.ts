/** What is gone of what somebody listens to, in words, with why. It must not know how it came. */
import type { Gap } from "@doorstream/contract"

const events = (count: number): string =>
  count === 1 ? "1 event is" : `${count.toLocaleString("en")} events are`

/** A newer server may have more reasons than these. */
export function gapInWords({ from, to, count, reason }: Gap): string {
  const where = `positions ${from} to ${to}`
  if (reason === "epoch") {
    const gone = count === 0 ? "" : ` Of that ${events(count)} kept no longer (${where}).`
    return `the cursor is of another log: of another system, or from before one was restored. This log is heard from its beginning.${gone}`
  }
  if (reason === "scope")
    return `${events(count)} withheld: the token does not grant ${count === 1 ? "it" : "them"} any more (${where}).`
  return `${events(count)} kept no longer and ${count === 1 ? "was" : "were"} not heard (${where}).`
}
