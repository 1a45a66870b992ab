/**
 * A clean end: what is owed to the listeners that are connected goes out first. Engine.IO is closed rather than
 * Socket.IO disconnected, because clients of versions 3 and 4 come back by themselves after the one, not the other.
 */
import type { Server as Engine } from "engine.io"
import type { Socket } from "socket.io"
import type { Milliseconds, Verified } from "../../core/ports.js"
import type { Listener } from "../listener.js"
import type { Heartbeats } from "./heartbeats.js"
import type { SocketFoot } from "./socket-foot.js"

export interface Connected {
  readonly listener: Listener
  readonly foot: SocketFoot
  /** The one that it was let in with. */
  readonly token: Verified
  /** What the listener calls itself, where it has a name. */
  readonly name: string | undefined
  /** Where it has a name. */
  heartbeats?: Pick<Heartbeats, "isProven"> | undefined
  readonly connection: Socket["conn"]
}

/** How often it is looked who has what is owed. */
const look: Milliseconds = 20

/** Resolves when everybody is served and gone, or at the deadline (milliseconds since 1970). */
export async function drainListeners(
  connected: ReadonlySet<Connected>,
  engine: Engine,
  deadline: Milliseconds,
  now: () => Milliseconds = Date.now,
): Promise<void> {
  while (now() < deadline && connected.size > 0) {
    for (const { listener, foot, heartbeats } of connected) {
      const isServed = !listener.isBehind && foot.isDrained()
      // Else it would hear again from the next server what it has heard from this one.
      if (isServed && heartbeats?.isProven() !== false) foot.close()
    }
    await new Promise((resolve) => setTimeout(resolve, look))
  }
  engine.close()
}
