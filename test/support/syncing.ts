/** A cloud node's side of a sync, and a house in which one is synced. */
import type { SyncedObject } from "@doorstream/contract"
import { cloudNode, systemId, type House } from "./house.js"
import { openRawNode, served, type Answer, type RawNode } from "./raw-node.js"

export interface Taken {
  readonly revision: string
  readonly from: string | undefined
  readonly objects: readonly SyncedObject[]
  /** How many bytes each part had. */
  readonly sizes: readonly number[]
}

const syncsIn = (node: RawNode): readonly Answer<"sync">[] =>
  node.heard.all.filter((each): each is Answer<"sync"> => each.type === "sync")

/**
 * Takes the parts of the next sync, after so many that were heard before.
 *
 * @param before how many parts were taken on this link so far
 */
export async function takeSync(node: RawNode, before = 0): Promise<Taken> {
  for (let nth = before + 1; ; nth++) {
    const { revision, from, part, isLast } = await node.hears("sync", nth)
    node.send({ type: "partTaken", revision, part })
    if (!isLast) continue
    const parts = syncsIn(node).slice(before, nth)
    const sizes = parts.map((each) => Buffer.byteLength(JSON.stringify(each)))
    return { revision, from, objects: parts.flatMap((each) => each.objects), sizes }
  }
}

/** Takes a sync and says that all controllers have it. */
export async function sync(node: RawNode, before = 0): Promise<Taken> {
  const taken = await takeSync(node, before)
  node.send({ type: "synced", revision: taken.revision })
  return taken
}

/** Opens a link that is synced and commanded. */
export async function openServed(house: House, key: string, revision?: string): Promise<RawNode> {
  const node = await openRawNode(house.url)
  const known = revision === undefined ? {} : { revision }
  await node.enter(cloudNode.serialNumber, key, { versions: served, ...known })
  return node
}

/** Asks REST with a token that may do anything. */
export async function rest(
  house: House,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly json: Record<string, unknown> }> {
  const response = await fetch(`${house.url}/${systemId}/${path}`, {
    method,
    headers: { Authorization: `Bearer ${await house.token()}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) }
}
