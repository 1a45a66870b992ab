/**
 * Listeners with a name on Socket.IO: each name has one connection, the newest, whose heartbeats say what has come. It
 * must not know what is remembered under a name. PROTOCOL §20.
 */
import { refuse, streamRefused } from "@doorstream/contract"
import type { Socket } from "socket.io"
import { countRefusal } from "../../core/meter.js"
import type { ListenerName, Names } from "../../core/names.js"
import type { Listener } from "../listener.js"
import { Named } from "../named.js"
import { watchHeartbeats, type Heartbeats } from "./heartbeats.js"
import type { Connected } from "./drain.js"
import type { Inbox } from "./inbox.js"

interface Holder {
  readonly socket: Socket
  readonly listener: Listener
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
}

function takeOver({ socket, listener }: Holder): void {
  const refusal = refuse("listener_taken_over")
  countRefusal(listener.reading.meter, refusal.code)
  listener.foot.say(streamRefused, { topic: null, ...refusal })
  listener.close()
  // Clients come back by themselves from a connection that is closed, and would take the name over in their turn; not
  // from a disconnect.
  socket.disconnect(true)
}

export function openNaming(names: Names): Naming {
  const holders = new Map<string, Holder>()
  return {
    give({ listener, token, name }, socket, inbox) {
      if (name === undefined) return undefined
      const of: ListenerName = { system: token.systemId, client: token.clientId, name }
      const holder = { socket, listener }
      const id = [of.system, of.client, of.name].join(" ")
      const before = holders.get(id)
      holders.set(id, holder)
      if (before !== undefined) takeOver(before)

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
      })
      listener.named = named
      socket.on("disconnect", () => {
        heartbeats.stop()
        named.end()
        if (holders.get(id) === holder) holders.delete(id)
      })
      return heartbeats
    },
  }
}
