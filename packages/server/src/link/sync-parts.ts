/**
 * What one cloud node is sent in one sync: cut into parts that fit a frame, each made when it is sent, so that a large
 * building is never in memory as text. It must not know how parts travel, nor when.
 */
import { linkFrameBytes, syncedKinds, type ServerMessage, type SyncedObject } from "@doorstream/contract"
import type { ChangedThing } from "../core/changed.js"
import { nodeOfIn, viewFor } from "../core/known.js"
import type { Registry, SystemId } from "../core/ports.js"

export type SyncPart = Extract<ServerMessage, { type: "sync" }>

/** Leaves room for what stands around the objects. */
const most = linkFrameBytes - 1024

interface ForNode {
  readonly registry: Registry
  readonly system: SystemId
  readonly cloudNodeId: string
  readonly revision: string
  /** The revision that it has, and what has changed since; where not told, it is sent everything. */
  readonly since?: { readonly from: string; readonly things: readonly ChangedThing[] }
}

function* everything(registry: Registry, system: SystemId): Generator<ChangedThing> {
  for (const kind of syncedKinds) for (const { id } of registry.list(kind, system)) yield { kind, id }
}

/** @returns undefined for what it neither knows nor is to know */
function objectOf(asked: ForNode, { kind, id }: ChangedThing): SyncedObject | undefined {
  const { registry, system, cloudNodeId, since } = asked
  const nodeOf = nodeOfIn(registry, system)
  const value = registry.find(kind, system, id)
  const view = value && viewFor(cloudNodeId, { kind, value }, nodeOf)
  if (view !== undefined) return { kind, value: view as { id: string } }
  return since === undefined ? undefined : { kind, removed: id }
}

function* objectsFor(asked: ForNode): Generator<SyncedObject> {
  const things = asked.since?.things ?? everything(asked.registry, asked.system)
  for (const thing of things) {
    const object = objectOf(asked, thing)
    if (object !== undefined) yield object
  }
}

/** One part after the other; there is always one, if only to say that nothing is new. An object is never cut in two. */
export function* partsFor(asked: ForNode): Generator<SyncPart, undefined> {
  const { revision, since } = asked
  const partOf = (part: number, objects: readonly SyncedObject[], isLast: boolean): SyncPart => ({
    type: "sync",
    revision,
    ...(since === undefined ? {} : { from: since.from }),
    part,
    isLast,
    objects,
  })
  let part = 0
  let objects: SyncedObject[] = []
  let bytes = 0
  for (const object of objectsFor(asked)) {
    const size = Buffer.byteLength(JSON.stringify(object)) + 1
    if (objects.length > 0 && bytes + size > most) {
      yield partOf(part++, objects, false)
      objects = []
      bytes = 0
    }
    objects.push(object)
    bytes += size
  }
  yield partOf(part, objects, true)
}
