/** A clean end: who listens and who reports are served to the end of what they began. */
import { setTimeout as wait } from "node:timers/promises"
import type { Milliseconds } from "./core/ports.js"
import type { Front } from "./http/front/front.js"
import type { Link } from "./link/link.js"
import type { Gateway } from "./reading/socketio/gateway.js"

/** Leaves a second of the ten for what does not end by itself. */
export const drainWithin: Milliseconds = 9000

/** New connections are refused, what is under way is answered, cloud nodes too, and what is owed to listeners goes out. */
export async function drain(
  front: Front,
  { gateway, link }: { readonly gateway: Gateway; readonly link: Link },
  within: Milliseconds,
): Promise<void> {
  const deadline = Date.now() + within
  front.stopTaking()
  await Promise.race([front.answered(), wait(within, undefined, { ref: false })])
  // What nodes have said last still goes out to listeners.
  await Promise.race([link.drain(), wait(within, undefined, { ref: false })])
  await gateway.drain(deadline)
  await front.close(Math.max(0, deadline - Date.now()))
}
