/** The events that changes of the registry cause: what became of cloud nodes and their panels. */
import type { CloudNode, EntityMetadata } from "@doorstream/contract"
import { composeEntity } from "./compose.js"
import type { Change, Entry, Registry, SystemId } from "./ports.js"

type EntityTopic = Parameters<typeof composeEntity>[0]

/** A cloud node's body in `cloudnode.deleted` has fields that not every cloud node was given. */
const unlessTold = { description: "", locale: "en", killTimer: 300, offlinePolicy: 2 }

interface Cause {
  readonly topic: EntityTopic
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
  if (kind !== "panel") return undefined
  const beside = changes.find((each) => each.kind === "cloudNode" && each.value.id === value.id)
  const node = registry.find("cloudNode", system, value.id) ?? (beside?.value as CloudNode | undefined)
  if (node === undefined) return undefined
  if (state !== undefined) return { topic: "cloudnode.unregistered", node }
  const isNew = registry.find("panel", system, value.id) === undefined
  return isNew ? { topic: "cloudnode.registered", node } : undefined
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
    const node = { ...unlessTold, ...cause.node }
    const events = composeEntity(cause.topic, node, system, metadata, freshId())
    return [{ reportId: "", received: metadata.occurred, events }]
  })
}
