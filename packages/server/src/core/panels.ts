/** What becomes of cloud nodes' panels and their keys. It must not know how keys are made, or who asks. */
import { refuse, type Refusal } from "@doorstream/contract"
import type { Change, Decided, Panel, Registry, SystemId } from "./ports.js"
import { removalOf } from "./removal.js"

type Deciding<T> = Omit<Decided<T>, "events">

const panelChange = (system: SystemId, value: Panel): Change => ({ kind: "panel", system, value })

/**
 * Ties a panel to a cloud node. One serial number is registered once in the whole house; one other than the cloud node's
 * becomes the cloud node's own.
 *
 * @param serialNumber the cloud node's unless told
 * @param registered ISO 8601
 * @returns `cloud_node_unknown`, `panel_registered` or `serial_number_taken` where it cannot be
 */
export function registration(
  registry: Pick<Registry, "find" | "panelWith">,
  system: SystemId,
  cloudNodeId: string,
  serialNumber: string | undefined,
  keyHash: string,
  registered: string,
): Deciding<Panel> | Refusal {
  const node = registry.find("cloudNode", system, cloudNodeId)
  if (node === undefined) return refuse("cloud_node_unknown")
  if (registry.find("panel", system, cloudNodeId) !== undefined) return refuse("panel_registered")
  const serial = serialNumber ?? node.serialNumber
  if (registry.panelWith(serial) !== undefined)
    return refuse("serial_number_taken", `It is ${JSON.stringify(serial)}.`)
  const panel = { id: cloudNodeId, serialNumber: serial, keyHashes: [keyHash], registered }
  const renumbered: Change[] =
    serial === node.serialNumber
      ? []
      : [{ kind: "cloudNode", system, value: { ...node, serialNumber: serial } }]
  return { changes: [...renumbered, panelChange(system, panel)], answer: panel }
}

/** @returns `cloud_node_unknown` or `panel_unknown` where there is none */
export function panelOf(
  registry: Pick<Registry, "find">,
  system: SystemId,
  cloudNodeId: string,
): Panel | Refusal {
  if (registry.find("cloudNode", system, cloudNodeId) === undefined) return refuse("cloud_node_unknown")
  return registry.find("panel", system, cloudNodeId) ?? refuse("panel_unknown")
}

/** Sets a cloud node's panel free. */
export function unregistration(
  registry: Pick<Registry, "find" | "findEver" | "list">,
  system: SystemId,
  cloudNodeId: string,
): Deciding<undefined> | Refusal {
  if (registry.find("cloudNode", system, cloudNodeId) === undefined) return refuse("cloud_node_unknown")
  const changes = removalOf(registry, system, "panel", cloudNodeId)
  return changes === undefined ? refuse("panel_unknown") : { changes, answer: undefined }
}

/**
 * Makes a key good beside one that is good already; any other dies, so that there are never more than two.
 *
 * @returns `panel_unregistered` where the key beside is good no longer
 */
export const offering = (
  registry: Pick<Registry, "find">,
  system: SystemId,
  cloudNodeId: string,
  beside: string,
  keyHash: string,
): Deciding<undefined> | Refusal => replaceKeys(registry, system, cloudNodeId, beside, [keyHash, beside])

/** Makes a key, which is good already, the only one. */
export const confirmation = (
  registry: Pick<Registry, "find">,
  system: SystemId,
  cloudNodeId: string,
  keyHash: string,
): Deciding<undefined> | Refusal => replaceKeys(registry, system, cloudNodeId, keyHash, [keyHash])

function replaceKeys(
  registry: Pick<Registry, "find">,
  system: SystemId,
  cloudNodeId: string,
  good: string,
  keyHashes: readonly string[],
): Deciding<undefined> | Refusal {
  const panel = registry.find("panel", system, cloudNodeId)
  if (panel?.keyHashes.includes(good) !== true) return refuse("panel_unregistered")
  return { changes: [panelChange(system, { ...panel, keyHashes })], answer: undefined }
}
