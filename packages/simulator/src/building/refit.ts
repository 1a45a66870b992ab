/**
 * What it is to a door that its controller is told other settings while it lives (README, "Changed settings"). It must
 * not know who changed them, or why.
 */
import type { Change, DeviceTopic, Door, DoorSettings } from "./door.js"

/**
 * A dwell or a prop period under way runs out as it began. A sensor that is taken away rests, as if the door were closed
 * or the button released, and an alarm that is switched off ends: nothing hangs for ever. A sensor that comes to an open
 * door says so, and raises no forced alarm, since nobody saw how it was opened; a prop period begins there and then.
 */
export function refits(door: Door, settings: DoorSettings, at: number): Change {
  const was = door.open && door.settings.dps
  const is = door.open && settings.dps
  const keepsForced = door.forced && is && settings.forcedAlarm
  const keepsPropped = door.propped && is && settings.propAlarm
  const opensNow = door.autoOpen === "awaited" && !settings.autoOpenAfterFirstAllow
  const says: readonly (DeviceTopic | false)[] = [
    door.rexActive && !settings.rex && "device.input.rex.off",
    was && !is && "device.input.dps.closed",
    !was && is && "device.input.dps.opened",
    door.forced && !keepsForced && "device.alarm.forced.cleared",
    door.propped && !keepsPropped && "device.alarm.propped.off",
    opensNow && "device.autoopen.on",
  ]
  const to = {
    settings,
    rexActive: door.rexActive && settings.rex,
    forced: keepsForced,
    propped: keepsPropped,
    proppedFrom: is && settings.propAlarm ? periodOf(door, settings, at) : undefined,
    autoOpen: opensNow ? ("on" as const) : door.autoOpen,
  }
  return { to, says: says.filter((topic) => topic !== false) }
}

const periodOf = (door: Door, { propDelay }: DoorSettings, at: number): number | undefined =>
  door.propped ? undefined : (door.proppedFrom ?? at + propDelay * 100)
