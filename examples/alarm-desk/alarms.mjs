/**
 * Which alarms are open, by what is heard of doors. It must not know how events come, nor what time it is: both are
 * handed in, so that it can be tested without either.
 */

const begins = { "device.alarm.forced": "forced", "device.alarm.propped.on": "propped" }
const ends = { "device.alarm.forced.cleared": "forced", "device.alarm.propped.off": "propped" }

/** The topics to subscribe to. */
export const topics = [...Object.keys(begins), ...Object.keys(ends)]

/** An event that comes so much later than it happened was kept by a cloud node that was away. */
const late = 10_000

const line = (head, text) => head.padEnd(9) + text

const seconds = (milliseconds) => `${Math.max(0, Math.round(milliseconds / 1000))} s`

export class Alarms {
  #open = new Map()
  #patience

  /** @param patience how long an alarm may be open before somebody is called, in milliseconds */
  constructor(patience) {
    this.#patience = patience
  }

  /** Hears an event at a moment; what there is to say, or nothing. */
  hear(topic, { body: { device }, cloudNode, occurred }, now) {
    const what = begins[topic] ?? ends[topic]
    const key = `${what} ${device.id}`
    const known = this.#open.get(key)
    const ago = now - occurred > late ? ` (${seconds(now - occurred)} ago: its cloud node was away)` : ""
    if (topic in begins) {
      // A second one while the first is open tells nothing new.
      if (known !== undefined) return undefined
      // A cloud node whose clock is ahead must not make help come later.
      const since = Math.min(occurred, now)
      this.#open.set(key, { what, device, cloudNode, occurred, since, isCalled: false })
      return line(what.toUpperCase(), device.name + ago)
    }
    this.#open.delete(key)
    return known && line("over", `${device.name}: ${what} for ${seconds(occurred - known.occurred)}${ago}`)
  }

  /** Whom to call about now; each alarm once. */
  overdue(now) {
    const due = this.open().filter(({ isCalled, since }) => !isCalled && now - since >= this.#patience)
    for (const alarm of due) alarm.isCalled = true
    return due.map(({ what, device, since }) =>
      line("CALL", `${device.name}: ${what} since ${seconds(now - since)}`),
    )
  }

  open() {
    return [...this.#open.values()]
  }
}
