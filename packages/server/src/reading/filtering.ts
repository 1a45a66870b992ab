/**
 * What a listener's filter means, and what of a first message comes too late in a later one. It must not know the log.
 * PROTOCOL §21.
 */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { selectsAlike } from "../core/filter.js"
import type { Verified } from "../core/ports.js"
import type { Session } from "../core/session.js"
import type { Selection } from "../core/view.js"
import type { Asked } from "./asked.js"
import type { Reading } from "./reading.js"

/** A listener as this file knows it. */
interface Filtered {
  readonly session: Pick<Session, "hasBegun">
  readonly sight: { readonly selection: Selection; readonly token: Verified }
  readonly reading: Pick<Reading, "select">
}

/** What is selected once this was asked for. A listener that reads may say again what it is filtered by, and no more. */
export function filterBy(
  { after, state, filter }: Asked,
  { session, sight, reading }: Filtered,
): Selection | Refusal {
  if (session.hasBegun && (after !== undefined || state)) return refuse("already_reading")
  const { selection } = sight
  if (filter === undefined) return selection
  const selected = reading.select(filter, sight.token)
  if (isRefusal(selected) || !session.hasBegun) return selected
  return selectsAlike(selected, selection) ? selection : refuse("already_reading")
}
