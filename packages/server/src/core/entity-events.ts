/**
 * The events that changes of the registry cause: what became of cloud nodes and their panels. One that was told to be
 * there is told to be gone before its panel goes.
 */
import type { CloudNode, EntityMetadata } from "@doorstream/contract"
import { composeEntity, composePresence } from "./compose.js"
import type { Change, Entry, Presence, Registry, SystemId } from "./ports.js"

type EntityTopic = Parameters<typeof composeEntity>[0]

/** A cloud node's body in `cloudnode.deleted` has fields that not every cloud node was given. */
const unlessTold = { description: "", locale: "en", killTimer: 300, offlinePolicy: 2 }

interface Cause {
  readonly topic: EntityTopic | "cloudnode.disconnected"
  readonly node: CloudNode
}

/** What a change means for a cloud node; nothing where it is merely described anew. */
function causeOf(
  change: Change,
  changes: readonly Change[],
  registry: Pick<Registry, "find">,
): Cause | undefined {
  const { kind, system, value, state } = change
  if (kind === "cloudNode") {
    const isNew = registry.find("cloudNode", system, value.id) === undefined
    if (state !== undefined) return { topic: "cloudnode.deleted", node: value }
    return isNew ? { topic: "cloudnode.created", node: value } : undefined
  }
  if (kind === "presence") return endOf(registry, system, value, state)
  if (kind !== "panel") return undefined
  const beside = changes.find((each) => each.kind === "cloudNode" && each.value.id === value.id)
  const node = registry.find("cloudNode", system, value.id) ?? (beside?.value as CloudNode | undefined)
  if (node === undefined) return undefined
  if (state !== undefined) return { topic: "cloudnode.unregistered", node }
  const isNew = registry.find("panel", system, value.id) === undefined
  return isNew ? { topic: "cloudnode.registered", node } : undefined
}

function endOf(
  registry: Pick<Registry, "find">,
  system: SystemId,
  { id, connected }: Presence,
  state: Change["state"],
): Cause | undefined {
  const node = registry.find("cloudNode", system, id)
  return state !== undefined && connected && node !== undefined
    ? { topic: "cloudnode.disconnected", node }
    : undefined
}

/**
 * The entries for a system's log, in the order of the changes.
 *
 * @param registry as it was before them
 * @param freshId gives UUIDs that were never used
 */
export function entityEntries(
  changes: readonly Change[],
  registry: Pick<Registry, "find">,
  system: SystemId,
  metadata: EntityMetadata,
  freshId: () => string,
): readonly Entry[] {
  return changes.flatMap((change) => {
    const cause = causeOf(change, changes, registry)
    if (cause === undefined) return []
    const events =
      cause.topic === "cloudnode.disconnected"
        ? composePresence(cause.topic, cause.node.serialNumber, new Date(metadata.occurred))
        : composeEntity(cause.topic, { ...unlessTold, ...cause.node }, system, metadata, freshId())
    return [{ reportId: "", received: metadata.occurred, events }]
  })
}
