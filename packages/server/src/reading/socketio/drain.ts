/**
 * A clean end: what is owed to the listeners that are connected goes out first. Engine.IO is closed rather than
 * Socket.IO disconnected, because clients of versions 3 and 4 come back by themselves after the one, not the other.
 */
import type { Server as Engine } from "engine.io"
import type { Milliseconds } from "../../core/ports.js"
import type { Listener } from "../listener.js"
import type { SocketFoot } from "./socket-foot.js"

export interface Connected {
  readonly listener: Listener
  readonly foot: SocketFoot
}

/** How often it is looked whether everybody has what is owed. */
const look: Milliseconds = 20

const afterAWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, look))

/** A listener on WebSocket is served until it has caught up; a polling one has what is ready on its open poll. */
const isServed = ({ listener, foot }: Connected): boolean =>
  foot.isPolling ? !listener.isBehind || foot.congested() : !listener.isBehind && foot.isDrained()

/** Resolves when everybody is served and gone, or at the deadline (milliseconds since 1970). */
export async function drainListeners(
  connected: ReadonlySet<Connected>,
  engine: Engine,
  deadline: Milliseconds,
  now: () => Milliseconds = Date.now,
): Promise<void> {
  while (now() < deadline && [...connected].some((each) => !isServed(each))) await afterAWhile()
  for (const { foot } of connected) foot.close()
  while (now() < deadline && engine.clientsCount > 0) await afterAWhile()
  engine.close()
}
