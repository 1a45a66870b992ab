/** Commands to doors. It must not know how a request is said. PROTOCOL §19. */
import { Caller, type CallSettings } from "./call.js"
import { realWorld, type World } from "./world.js"

/** A door, by ids or externalIds. */
export interface Door {
  readonly cloudNodeId: string
  readonly deviceId: string
}

/** Each resolves when the cloud node has said that it did it; what came of it, the device's events tell. */
export interface Commands {
  /** Unlocks for a moment. @param dwell in tenths of a second, 1 to 5400; the door's own unless told */
  readonly tryOpen: (door: Door, dwell?: number) => Promise<void>
  /** Keeps it unlocked until it is closed again. */
  readonly open: (door: Door) => Promise<void>
  /** Locks it again. */
  readonly close: (door: Door) => Promise<void>
  /** Opens or closes, whichever it is not. */
  readonly toggle: (door: Door) => Promise<void>
  /** Denies every read, until it is told so again. */
  readonly doNotDisturb: (door: Door) => Promise<void>
  readonly clearAlarm: (door: Door) => Promise<void>
  /** Lets a holder in or not, as if present. */
  readonly virtualRead: (door: Door, holderId: string) => Promise<void>
}

export function commandsIn(world: World, settings: CallSettings): Commands {
  const caller = new Caller(world, settings)
  const send =
    (command: string) =>
    async ({ cloudNodeId, deviceId }: Door, body: object = {}): Promise<void> => {
      const path = ["cloud-nodes", cloudNodeId, "devices", deviceId, command]
      // Nobody knows whether a door has opened whose answer is lost: to decide that is not for a library.
      await caller.call({ method: "POST", path, body }, false)
    }
  const tryOpen = send("try-open")
  const virtualRead = send("virtual-read")
  const plain = (command: string) => {
    const say = send(command)
    return (door: Door): Promise<void> => say(door)
  }
  return {
    tryOpen: (door, dwell) => tryOpen(door, dwell === undefined ? {} : { dwell }),
    open: plain("open"),
    close: plain("close"),
    toggle: plain("toggle"),
    doNotDisturb: plain("do-not-disturb"),
    clearAlarm: plain("clear-alarm"),
    virtualRead: (door, holderId) => virtualRead(door, { holderId }),
  }
}

/**
 * Commands to the doors of a system; the token must have the scope `command`. A command is never sent twice by itself: where
 * its answer is lost, it rejects, and whoever asked decides.
 *
 * @example
 * await commands({ url, systemId, token: fetchToken }).tryOpen({ cloudNodeId: "gate", deviceId: "front-door" }, 50)
 *
 * @throws DoorstreamError such as `cloud_node_away`, `command_refused` (with the cloud node's reason), `command_unanswered`
 */
export const commands = (settings: CallSettings): Commands => commandsIn(realWorld, settings)
