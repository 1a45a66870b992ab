/**
 * A connection's heartbeats as proof of what has come: watched for a listener that has a name, and for no other. It must
 * not know what is done with what is proven. PROTOCOL §20.
 */
import type { Socket as Connection } from "engine.io"
import { hearEcho, hearPing, hearPong, nothingDelivered, readAgain, sendPing } from "../../core/delivered.js"
import type { Milliseconds, Position } from "../../core/ports.js"
import { Echoes } from "./echoes.js"
import type { Inbox, Watcher } from "./inbox.js"

/** What of Engine.IO is not in its types; the library is pinned. */
interface Inside {
  readonly protocol: number
  sendPacket(type: "ping"): void
}

interface Watching {
  /** Up to where everything was sent by now; null where that cannot be said. */
  readonly sentTo: () => Position | null
  /** Everything up to here has come: said at each heartbeat, also where it is no news. */
  readonly proven: (position: Position) => void
  /** The peer has shown that it is there. */
  readonly alive: () => void
}

export interface Heartbeats {
  /** What was sent so far no longer proves that everything before it was. */
  readAgain(): void
  /** Whether everything that was sent has come; it is asked for where it can be, and not waited for for long. */
  isProven(): boolean
  stop(): void
}

/** How long it is waited for at the end that what was sent is proven. */
const proveWithin: Milliseconds = 1000

/** Tells whether it has been too long since it was asked first. */
function openPatience(): () => boolean {
  let endBy: number | undefined
  return () => performance.now() > (endBy ??= performance.now() + proveWithin)
}

/** Tells of each sign of life before it is dealt with. */
const tellToo = (heard: () => void, { alive, polled }: Watcher): Watcher => ({
  alive: () => {
    heard()
    alive()
  },
  polled: () => {
    heard()
    polled()
  },
})

export function watchHeartbeats(
  connection: Connection,
  inbox: Inbox,
  { sentTo, proven, alive: heard }: Watching,
): Heartbeats {
  let delivered = nothingDelivered
  const echoes = new Echoes(connection, (number) => void (delivered = hearEcho(delivered, number)))
  const inside = connection as unknown as Inside
  const isThree = inside.protocol === 3

  // Emitted before the packet takes its place behind what was sent.
  const created = ({ type }: { readonly type: string }): void => {
    if (type === "ping") delivered = sendPing(delivered, sentTo())
  }
  if (!isThree) connection.on("packetCreate", created)
  const alive = (): void => {
    const { last } = delivered
    delivered = isThree ? hearPing(delivered, sentTo()) : hearPong(delivered)
    if (isThree && delivered.last !== last) echoes.ask(delivered.last)
    if (delivered.proven !== null) proven(delivered.proven)
  }
  const watcher = tellToo(heard, { alive, polled: () => echoes.polled() })
  inbox.watch(watcher)
  const isOver = openPatience()
  const isProven = (): boolean => {
    // A client of Engine.IO 3 pings when it wants to.
    if (isThree || delivered.proven === sentTo() || isOver()) return true
    if (delivered.marks.length === 0) inside.sendPacket("ping")
    return false
  }
  return {
    readAgain: () => void (delivered = readAgain(delivered)),
    isProven,
    stop: () => {
      connection.off("packetCreate", created)
      echoes.stop()
      inbox.unwatch(watcher)
    },
  }
}
