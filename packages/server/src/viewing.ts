/** What a token and a filter let a listener see, with what the registry knows of its system. */
import { cutGrant, grantWithin } from "./core/grants.js"
import { house, type Registry, type SystemId, type Verified } from "./core/ports.js"
import { makeView, type Selection, type View } from "./core/view.js"

/** The id of the cloud node that has this serial number, or had it last. */
const cloudNodeWith = (registry: Registry) => (system: SystemId, serialNumber: string) =>
  registry.list("cloudNode", system).find((node) => node.serialNumber === serialNumber)?.id

export function openViewing(registry: Registry) {
  const viewing = { cloudNodeWith: cloudNodeWith(registry), redact: <R>(_: SystemId, row: R): R => row }
  return {
    /** The API client may have been narrowed since the token was verified: what it may now counts. */
    viewOf: ({ grant, clientId, systemId }: Verified, selection: Selection = {}): View => {
      const client = registry.find("client", house, clientId)
      const granted = client === undefined ? grant : cutGrant(grant, grantWithin(client))
      return makeView(granted, selection, { ...viewing, system: systemId })
    },
  }
}
