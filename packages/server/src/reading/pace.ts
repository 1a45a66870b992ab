/** How fast one listener is read to from the log, so that many replays at once leave room for what is new. */
import { setTimeout as wait } from "node:timers/promises"

const second = 1000

/** Resolves when more may be sent after so many bytes were, with whether that was waited for. */
export async function pace(bytes: number, bytesPerSecond: number): Promise<boolean> {
  const time = (bytes / bytesPerSecond) * second
  if (time < 1) return false
  await wait(time, undefined, { ref: false })
  return true
}
