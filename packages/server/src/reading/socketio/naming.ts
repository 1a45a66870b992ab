/**
 * Listeners with a name on Socket.IO: each name has one connection, the newest, whose heartbeats say what has come. It
 * must not know what is remembered under a name. PROTOCOL §20.
 */
import { refuse } from "@doorstream/contract"
import type { Socket } from "socket.io"
import { countRefusal } from "../../core/meter.js"
import type { ListenerName, Names } from "../../core/names.js"
import type { Milliseconds } from "../../core/ports.js"
import type { RequiredListener, Seen } from "../../core/required.js"
import type { Listener } from "../listener.js"
import { Named } from "../named.js"
import { watchHeartbeats, type Heartbeats } from "./heartbeats.js"
import type { Connected } from "./drain.js"
import type { Inbox } from "./inbox.js"
import { Pulse } from "./pulse.js"

interface Holder {
  readonly socket: Socket
  readonly listener: Listener
  readonly pulse: Pulse
}

export interface Naming {
  /**
   * Gives a listener the name that it has, if any; one that had it is told so, and its connection is ended.
   *
   * @returns what its heartbeats say
   */
  give(
    listening: Pick<Connected, "listener" | "token" | "name">,
    socket: Socket,
    inbox: Inbox,
  ): Heartbeats | undefined
  /** Looks at the connection that has a name, and has it show that it is there; undefined where there is none. */
  see(required: RequiredListener): Seen | undefined
}

const idOf = ({ system, client, name }: ListenerName): string => [system, client, name].join(" ")

/** A peer that has gone without a word is to be missed well within its time. */
const pulseEvery = (within: Milliseconds): Milliseconds => Math.min(within / 4, 10_000)

function takeOver({ listener }: Holder): void {
  const refusal = refuse("listener_taken_over")
  countRefusal(listener.reading.meter, refusal.code)
  listener.end(refusal)
}

/** Keeps under the name what the connection's heartbeats prove. */
function prove({ socket, listener, pulse }: Holder, of: ListenerName, names: Names, inbox: Inbox) {
  const named = new Named({
    names,
    of,
    epoch: listener.tail.epoch,
    now: listener.reading.now,
    readAgain: () => heartbeats.readAgain(),
  })
  const heartbeats = watchHeartbeats(socket.conn, inbox, {
    sentTo: () => listener.sentTo,
    proven: (position) => {
      if (listener.isOpen) named.prove(position, listener.session.topics)
    },
    alive: pulse.heard,
  })
  return { named, heartbeats }
}

function look({ listener, pulse }: Holder, within: Milliseconds): Seen {
  const { session, deliveredTo, tail } = listener
  const quietSince = pulse.look(pulseEvery(within))
  const hasSubscribed = session.topics.size > 0
  return { hasSubscribed, quietSince, deliveredTo, last: tail.last, isDeaf: session.onProbation }
}

export function openNaming(names: Names): Naming {
  const holders = new Map<string, Holder>()
  return {
    give({ listener, token, name }, socket, inbox) {
      if (name === undefined) return undefined
      const of: ListenerName = { system: token.systemId, client: token.clientId, name }
      const pulse = new Pulse(socket.conn, listener.reading.now)
      const holder = { socket, listener, pulse }
      const id = idOf(of)
      const before = holders.get(id)
      holders.set(id, holder)
      if (before !== undefined) takeOver(before)

      const { named, heartbeats } = prove(holder, of, names, inbox)
      listener.named = named
      socket.on("disconnect", () => {
        heartbeats.stop()
        pulse.stop()
        named.end()
        if (holders.get(id) === holder) holders.delete(id)
      })
      return heartbeats
    },
    see({ within, ...of }) {
      const holder = holders.get(idOf(of))
      return holder && look(holder, within)
    },
  }
}
