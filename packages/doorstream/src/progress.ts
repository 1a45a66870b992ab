/** How far long work is, on stderr: a line that is alive on a terminal, now and then a line elsewhere. */
import { remark } from "./say.js"

export interface Progress {
  /** Shows how far it is, unless that was done a moment ago. */
  show(words: string): void
  /** Clears the line. */
  end(): void
}

export function openProgress(doing: string): Progress {
  const isTerminal = process.stderr.isTTY
  const every = isTerminal ? 200 : 10_000
  let shown = performance.now()
  return {
    show(words) {
      if (performance.now() - shown < every) return
      shown = performance.now()
      if (isTerminal) process.stderr.write(`\r\x1b[K${doing}: ${words}`)
      else remark(`${doing}: ${words}`)
    },
    end: () => void (isTerminal && process.stderr.write("\r\x1b[K")),
  }
}
