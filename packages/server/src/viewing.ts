/** What a token and a filter let somebody see of a system, with what the registry knows and what pseudonyms are made of. */
import { isRefusal, redactedEvent, refuse, tellsPersonal, type Scramble } from "@doorstream/contract"
import type { Filter, Refusal, StreamState } from "@doorstream/contract"
import { writeCursor } from "./core/cursor.js"
import { readFilter, select } from "./core/filter.js"
import { cutGrant, grantWithin } from "./core/grants.js"
import {
  house,
  type Milliseconds,
  type Registry,
  type Row,
  type SystemId,
  type Verified,
} from "./core/ports.js"
import { openSubjects } from "./core/row-subjects.js"
import { seenBy, type Seen } from "./core/seen.js"
import { showState } from "./core/state-shown.js"
import type { TellState } from "./core/states.js"
import type { Grant } from "./core/verified.js"
import { makeView, type Selection, type View, type Viewing } from "./core/view.js"
import type { States } from "./state/states.js"
import type { ScrambleIn } from "./tokens/pseudonyms.js"

interface ViewingParts {
  readonly registry: Registry
  readonly states: States
  readonly scrambleIn: ScrambleIn
  readonly now: () => Milliseconds
}

/** Rows with pseudonyms: each is made once, for however many listeners it is. */
function openRedaction(scrambleIn: ScrambleIn) {
  const made = new WeakMap<Row, Row>()
  return (system: SystemId, row: Row): Row => {
    if (row.text === "" || !tellsPersonal(row.topic)) return row
    const known = made.get(row)
    if (known !== undefined) return known
    const scramble: Scramble = (kind, value) => scrambleIn(system, kind, value)
    const event = redactedEvent(row.topic, JSON.parse(row.text) as object, scramble)
    const redacted = { ...row, text: JSON.stringify(event) }
    made.set(row, redacted)
    return redacted
  }
}

/** What is granted now: an API client may have been narrowed since its token was verified. */
const openGranting =
  (registry: Pick<Registry, "find">) =>
  ({ grant, clientId }: Verified): Grant => {
    const client = registry.find("client", house, clientId)
    return client === undefined ? grant : cutGrant(grant, grantWithin(client))
  }

/** What a token lets somebody see of the registry. */
export const openSeeing =
  ({ registry, scrambleIn }: Pick<ViewingParts, "registry" | "scrambleIn">) =>
  (token: Verified): Seen => {
    const { systemId } = token
    const scramble: Scramble = (kind, value) => scrambleIn(systemId, kind, value)
    return seenBy(registry, systemId, openGranting(registry)(token), scramble)
  }

/** Tells of states what the registry makes of them: its doors and cloud nodes, as they are called now. */
const openStateOf =
  ({ registry, states, now }: ViewingParts) =>
  async (system: SystemId): Promise<TellState> => {
    const { epoch, book } = await states.of(system)
    return (token, selection) => {
      const { position } = book
      const cursor = writeCursor({ epoch, position })
      const shown = showState({ registry, system, book }, openGranting(registry)(token), selection)
      return { position, body: { cursor, time: now(), ...shown } }
    }
  }

export function openViewing(parts: ViewingParts) {
  const { registry, scrambleIn } = parts
  const [stateOf, grantedTo, seeing] = [openStateOf(parts), openGranting(registry), openSeeing(parts)]
  const viewing: Omit<Viewing, "system"> = {
    cloudNodeWith: (system, serialNumber) => registry.cloudNodeWith(system, serialNumber)?.id,
    subjectOf: openSubjects(),
    redact: openRedaction(scrambleIn),
  }
  /** What a filter means, or why it means nothing: what may not be seen is not there. */
  const selectBy = (filter: Filter | undefined, token: Verified): Selection | Refusal =>
    select(filter, token.systemId, seeing(token).registry)
  return {
    viewOf: (token: Verified, selection: Selection = {}): View =>
      makeView(grantedTo(token), selection, { ...viewing, system: token.systemId }),
    select: selectBy,
    seenBy: seeing,
    stateOf,
    readState: async (token: Verified, filter: Filter | undefined): Promise<StreamState | Refusal> => {
      const read = readFilter(filter)
      if (read !== undefined && isRefusal(read)) return read
      if (read?.holders !== undefined) return refuse("state_invalid", "It is of no holder.")
      const selection = selectBy(read, token)
      if (isRefusal(selection)) return selection
      const tell = await stateOf(token.systemId)
      return tell(token, selection).body
    },
  }
}
