/**
 * Lets a past happen again: with the time between its events divided by the speed, or as fast as it is heard. It must
 * not know where the past comes from, nor who listens.
 */
import type { RunningReplay } from "@doorstream/server"
import { wait } from "@doorstream/simulator"
import { openSchedule } from "./schedule.js"
import type { PastEvent, Piece } from "./source.js"

export interface Played {
  /** How many events went out. */
  events: number
  /** Of the past: when its first event was received, and the newest. */
  first: number | undefined
  at: number | undefined
}

interface Playing {
  readonly replay: Pick<RunningReplay, "append" | "audience">
  readonly speed: number | "max"
  readonly signal: AbortSignal
  /** Hears of what is kept no longer. */
  readonly gone: (gap: Extract<Piece, { gap: object }>["gap"]) => void
}

/** The most events that go out in one write. */
const mostTogether = 64

/** At full speed the slowest listener may be so many events behind. */
const mostBehind = 1000

/** How often it is looked whether they have heard. */
const look = 10

/** Resolves when no listener that may hear is further behind than this, or the signal aborts. */
export async function untilHeard(
  { audience }: Pick<RunningReplay, "audience">,
  isHeard: (now: ReturnType<RunningReplay["audience"]>) => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && !isHeard(audience())) await wait(look, signal)
}

/** Plays one piece after the other; what was played so far is in `played` all the time. */
export async function play(pieces: AsyncIterable<Piece>, played: Played, playing: Playing): Promise<void> {
  const { replay, speed, signal, gone } = playing
  const dueAt = openSchedule(speed === "max" ? Infinity : speed, performance.now())
  let together: PastEvent[] = []
  const send = async (): Promise<void> => {
    const events = together
    together = []
    if (events.length === 0 || signal.aborted) return
    await replay.append(events)
    played.events += events.length
    played.first ??= events[0]!.received
    played.at = events.at(-1)!.received
    if (speed === "max") await untilHeard(replay, ({ behind }) => behind <= mostBehind, signal)
  }
  for await (const piece of pieces) {
    if (signal.aborted) return
    if ("gap" in piece) {
      await send()
      gone(piece.gap)
      continue
    }
    for (const event of piece.events) {
      const due = dueAt(event.received)
      while (due > performance.now() && !signal.aborted) {
        await send()
        await wait(due - performance.now(), signal)
      }
      if (signal.aborted) return
      together.push(event)
      if (together.length === mostTogether) await send()
    }
    await send()
  }
}
