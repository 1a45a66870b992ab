/** What a token and a filter let a listener see, with what the registry knows of its system. */
import type { Registry, SystemId, Verified } from "./core/ports.js"
import { makeView, type Selection, type View } from "./core/view.js"

/** The id of the cloud node that has this serial number, or had it last. */
const cloudNodeWith = (registry: Registry) => (system: SystemId, serialNumber: string) =>
  registry.list("cloudNode", system).find((node) => node.serialNumber === serialNumber)?.id

export function openViewing(registry: Registry) {
  const viewing = { cloudNodeWith: cloudNodeWith(registry), redact: <R>(_: SystemId, row: R): R => row }
  return {
    viewOf: (token: Verified, selection: Selection = {}): View =>
      makeView(token.grant, selection, { ...viewing, system: token.systemId }),
  }
}
