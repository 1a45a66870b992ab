/**
 * Reads the log for one listener that is behind, in bounded pages and no faster than the listener takes them, until
 * it is at the tail again or must wait for a token. PROTOCOL §4.
 */
import type { Gap } from "@doorstream/contract"
import type { Page, Position, ReadBounds, Row } from "../core/ports.js"
import * as decide from "../core/session.js"
import type { View } from "../core/view.js"
import type { Foot } from "./foot.js"
import type { Gaps } from "./gaps.js"
import type { Formers } from "./narrowing.js"
import { batchOf } from "./outgoing.js"
import { pace } from "./pace.js"
import type { Reading } from "./reading.js"
import type { Tail } from "./tail.js"

/** A listener as this loop knows it. */
export interface BehindListener {
  session: decide.Session
  readonly isOpen: boolean
  readonly reading: Reading
  readonly tail: Tail
  readonly foot: Foot
  /** What of the log it is shown. */
  readonly view: View
  /** What it was shown before that. */
  readonly sight: { readonly formers: Formers }
  /** What it cannot have, and is yet to be told. */
  readonly gaps: Gaps
  /** Nothing is left to read. */
  catchUp(): void
  /** The token has lapsed: what is left waits for a renewal. */
  park(): void
  /** Tells which positions, both included, are no longer kept, and how many of them were to be heard. */
  sayGap(gap: Gap): void
}

/** Small enough that a replay over gigabytes never holds the event loop for long. */
const bounds: ReadBounds = { rows: 256, milliseconds: 4 }

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Reads until nothing is left for the listener to read for now. One at a time per listener. */
export async function readBehind(listener: BehindListener): Promise<void> {
  for (;;) {
    if (listener.foot.congested() && !(await takesSome(listener))) return letGo(listener)
    const from = listener.session.next
    if (!listener.isOpen || from === null) return
    if (decide.mustPark(listener.session, listener.reading.now())) return listener.park()
    tellWhatWasBefore(listener)
    if (from > listener.tail.last) return listener.catchUp()

    const page = await listener.reading.log.read(listener.tail.system, from, bounds)
    // A renewal or a close may have come in while the page was read.
    const bytes = listener.isOpen && listener.session.next === from ? deliver(listener, page) : 0
    await othersTurn()
    const { replayBytesPerSecond, meter } = listener.reading
    if (await pace(bytes, replayBytesPerSecond)) meter.hits.replayBytesPerSecond += 1
  }
}

/** Whether the peer takes what waits for it, before it counts as stuck. */
async function takesSome({ foot, reading }: BehindListener): Promise<boolean> {
  const drained = foot.drained().then(() => true)
  if (reading.stuckAfter === Infinity) return drained
  let timer: NodeJS.Timeout | undefined
  const stuck = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, reading.stuckAfter, false).unref()
  })
  const takes = await Promise.race([drained, stuck])
  clearTimeout(timer)
  return takes
}

/** Its place is worth more to another; what it has not taken stays in the log. */
function letGo({ foot, reading }: BehindListener): void {
  reading.meter.hits.stuckAfter += 1
  foot.close(true)
}

/** Tells what was gone before this listener began to read. */
function tellWhatWasBefore(listener: BehindListener): void {
  const { gap } = listener.session
  if (gap === null) return
  listener.gaps.tell()
  listener.session = decide.toldGap(listener.session)
  listener.sayGap(gap)
}

/** Sends a page's rows as far as the listener takes them; returns how many bytes that were. */
function deliver(listener: BehindListener, page: Page): number {
  const lost = decide.lostBefore(listener.session, page.first)
  if (lost !== null) {
    listener.gaps.tell()
    listener.sayGap(lost)
  }
  const { gaps } = listener
  let bytes = 0
  for (const row of page.rows) {
    // To show a row may mean to take it apart.
    if (!listener.session.topics.has(row.topic)) continue
    const shown = listener.view.show(row)
    if (shown === undefined && !listener.sight.formers.showed(row)) continue
    const said = listener.foot.congested()
      ? "nothing more"
      : decide.meet(listener.session, row.position, row.topic, listener.reading.now())
    // The loop parks a listener whose token has just lapsed, at this very row.
    if (said === "nothing more" || said === "invalidToken") {
      stopAt(listener, row.position)
      return bytes
    }
    if (said !== "event") continue
    if (shown === undefined) gaps.add(row.position, "scope")
    else if (row.text === "") gaps.add(row.position, "retention")
    else {
      gaps.tell()
      bytes += send(listener, shown)
    }
  }
  stopAt(listener, Math.max(page.next, page.first))
  return bytes
}

function send({ foot }: BehindListener, row: Row): number {
  const event = foot.form.prepare(row)
  foot.send(batchOf(event))
  return event.frame.length
}

function stopAt(listener: BehindListener, position: Position): void {
  listener.session = decide.readOn(listener.session, position)
}
