/** What a listener has heard so far, for whoever asks that. It must not know who asks, nor the transport. PROTOCOL §26. */
import type { Hearing } from "../core/inspecting.js"
import type { Verified } from "../core/ports.js"
import * as decide from "../core/session.js"
import type { View } from "../core/view.js"
import type { Reading } from "./reading.js"
import type { Tail } from "./tail.js"

/** What of a hearing the listener itself knows. */
type Heard = Pick<Hearing, "topics" | "sentTo" | "owed" | "granted" | "view">

/** A listener as this file knows it. */
interface Hearer {
  readonly session: decide.Session
  readonly tail: Pick<Tail, "last">
  readonly reading: Pick<Reading, "viewOf">
  readonly token: Verified
  readonly view: View
}

export const heardBy = ({ session, tail, reading, token, view }: Hearer): Heard => ({
  topics: session.topics,
  sentTo: decide.deliveredTo(session, tail.last),
  owed: session.owed,
  granted: reading.viewOf(token),
  view,
})
