/** What a token and a filter let somebody see of a system, with what the registry knows and what pseudonyms are made of. */
import { redactedEvent, tellsPersonal, type Scramble } from "@doorstream/contract"
import { cutGrant, grantWithin } from "./core/grants.js"
import { house, type Registry, type Row, type SystemId, type Verified } from "./core/ports.js"
import { seenBy, type Seen } from "./core/seen.js"
import type { Grant } from "./core/verified.js"
import { makeView, type Selection, type View } from "./core/view.js"
import type { ScrambleIn } from "./tokens/pseudonyms.js"

/** The id of the cloud node that has this serial number, or had it last. */
const cloudNodeWith = (registry: Registry) => (system: SystemId, serialNumber: string) =>
  registry.list("cloudNode", system).find((node) => node.serialNumber === serialNumber)?.id

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

export function openViewing(registry: Registry, scrambleIn: ScrambleIn) {
  const viewing = { cloudNodeWith: cloudNodeWith(registry), redact: openRedaction(scrambleIn) }
  /** The API client may have been narrowed since the token was verified: what it may now counts. */
  const grantedTo = ({ grant, clientId }: Verified): Grant => {
    const client = registry.find("client", house, clientId)
    return client === undefined ? grant : cutGrant(grant, grantWithin(client))
  }
  return {
    viewOf: (token: Verified, selection: Selection = {}): View =>
      makeView(grantedTo(token), selection, { ...viewing, system: token.systemId }),
    seenBy: (token: Verified): Seen =>
      seenBy(registry, token.systemId, grantedTo(token), (kind, value) =>
        scrambleIn(token.systemId, kind, value),
      ),
  }
}
