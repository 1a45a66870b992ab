/** What holds of the reports of any door and any controller, whatever happens: their breaches, in words. */

/** The pairs of topics that take turns, the first one first. */
export const pairs = [
  ["device.input.relay.on", "device.input.relay.off"],
  ["device.input.dps.opened", "device.input.dps.closed"],
  ["device.input.rex.on", "device.input.rex.off"],
  ["device.alarm.propped.on", "device.alarm.propped.off"],
  ["device.alarm.forced", "device.alarm.forced.cleared"],
  ["device.autoopen.on", "device.autoopen.off"],
  ["device.forceopen.on", "device.forceopen.off"],
  ["device.forceclose.on", "device.forceclose.off"],
  ["endpoint.sync.started", "endpoint.sync.finished"],
] as const

interface Told {
  readonly topic: string
  readonly occurred: number
}

const begins = new Map<string, string>(pairs.map(([on]) => [on, on]))
const ends = new Map<string, string>(pairs.map(([on, off]) => [off, on]))

/** What contradicts what else is so: `is` has the first topics of the pairs that hold at this moment. */
function contradicts({ topic }: Told, is: ReadonlySet<string>): boolean {
  switch (topic) {
    case "device.alarm.forced":
      return is.has("device.input.relay.on") || !is.has("device.input.dps.opened")
    case "device.alarm.propped.on":
      return !is.has("device.input.dps.opened")
    case "device.request.allowed":
    case "device.forceopen.on":
      return is.has("device.forceclose.on")
    case "device.forceclose.on":
      return is.has("device.forceopen.on")
    default:
      return false
  }
}

/** How what is told of one door, or one controller, breaks what holds of any. */
export function findBreaches(told: readonly Told[]): string[] {
  const is = new Set<string>()
  return told.flatMap((one) => {
    const [on, off] = [begins.get(one.topic), ends.get(one.topic)]
    const breaches = contradicts(one, is) ? [`${one.topic} at ${one.occurred}, with ${[...is].join()}`] : []
    if (on !== undefined && is.has(on)) breaches.push(`${one.topic} twice, at ${one.occurred}`)
    if (off !== undefined && !is.has(off)) breaches.push(`${one.topic} without ${off}, at ${one.occurred}`)
    if (on !== undefined) is.add(on)
    if (off !== undefined) is.delete(off)
    return breaches
  })
}
