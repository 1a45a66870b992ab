/**
 * What EventSource must be told, so that it comes back: it gives up for good on whatever is not 200. It must not know
 * what is streamed. PROTOCOL §20.
 */
import { refuse, streamRefused } from "@doorstream/contract"
import type { Later } from "../../core/allowance.js"

export const eventStreamHeaders = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-store",
  // A proxy that gathers what it passes on would hold back what happens.
  "X-Accel-Buffering": "no",
} as const

/** Whether somebody says to take a stream of server-sent events, as EventSource does. */
export const takesEventStream = (accept: string | undefined): boolean =>
  accept?.toLowerCase().includes("text/event-stream") === true

/** A whole stream that refuses what will pass. */
export const refusedStream = ({ code, retryAfter }: Later): string =>
  `retry: ${retryAfter * 1000}\nevent: ${streamRefused}\ndata: ${JSON.stringify(refuse(code))}\n\n`
