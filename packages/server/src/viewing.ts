/** What a token and a filter let a listener see, with what the registry knows of its system. */
import { isRefusal, refuse, type Filter, type Refusal, type StreamState } from "@doorstream/contract"
import { writeCursor } from "./core/cursor.js"
import { readFilter, select } from "./core/filter.js"
import type { Milliseconds, Registry, SystemId, Verified } from "./core/ports.js"
import { openSubjects } from "./core/row-subjects.js"
import { showState } from "./core/state-shown.js"
import type { TellState } from "./core/states.js"
import { makeView, type Selection, type View, type Viewing } from "./core/view.js"
import type { States } from "./state/states.js"

interface ViewingParts {
  readonly registry: Registry
  readonly states: States
  readonly now: () => Milliseconds
}

/** Tells of states what the registry makes of them: its doors and cloud nodes, as they are called now. */
const openStateOf =
  ({ registry, states, now }: ViewingParts) =>
  async (system: SystemId): Promise<TellState> => {
    const { epoch, book } = await states.of(system)
    return (grant, selection) => {
      const { position } = book
      const cursor = writeCursor({ epoch, position })
      return {
        position,
        body: { cursor, time: now(), ...showState({ registry, system, book }, grant, selection) },
      }
    }
  }

export function openViewing(parts: ViewingParts) {
  const { registry } = parts
  const stateOf = openStateOf(parts)
  const viewing: Omit<Viewing, "system"> = {
    cloudNodeWith: (system, serialNumber) => registry.cloudNodeWith(system, serialNumber)?.id,
    subjectOf: openSubjects(),
    redact: (_, row) => row,
  }
  return {
    viewOf: (token: Verified, selection: Selection = {}): View =>
      makeView(token.grant, selection, { ...viewing, system: token.systemId }),
    /** What a filter means, or why it means nothing. */
    select: (filter: Filter | undefined, system: SystemId): Selection | Refusal =>
      select(filter, system, registry),
    stateOf,
    readState: async (token: Verified, filter: Filter | undefined): Promise<StreamState | Refusal> => {
      const read = readFilter(filter)
      if (read !== undefined && isRefusal(read)) return read
      if (read?.holders !== undefined) return refuse("state_invalid", "It is of no holder.")
      const selection = select(read, token.systemId, registry)
      if (isRefusal(selection)) return selection
      const tell = await stateOf(token.systemId)
      return tell(token.grant, selection).body
    },
  }
}
