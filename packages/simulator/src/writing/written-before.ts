/** Reads what a system has of a virtual building already: all whose externalId begins with its mark. */
import { asText, isObject, type JsonObject } from "../json.js"
import { readAll, type Insist } from "../rest/insist.js"
import { eachOf } from "./in-turn.js"

export interface WrittenBefore {
  /** The list that it stands in, below the system. */
  readonly path: string
  readonly externalId: string
  readonly id: string
  readonly shown: JsonObject
}

/** Everything with this mark. `insist` asks below the system. */
export async function readWritten(insist: Insist, mark: string, atOnce: number): Promise<WrittenBefore[]> {
  const pick = (path: string, shown: JsonObject): WrittenBefore[] => {
    const externalId = asText(shown.externalId)
    return externalId.startsWith(`${mark}/`) ? [{ path, externalId, id: asText(shown.id), shown }] : []
  }
  const read = async (path: string): Promise<WrittenBefore[]> =>
    (await readAll(insist, path)).flatMap((shown) => pick(path, shown))
  // One after the other at first, so that a token is there before many ask.
  const rules = await read("/rules")
  const nodes = await read("/cloud-nodes")
  const holders = await read("/holders")
  const groups = await read("/groups")
  const cards = holders.flatMap(({ id, shown }) =>
    (Array.isArray(shown.credentials) ? shown.credentials.filter(isObject) : []).flatMap((card) =>
      pick(`/holders/${encodeURIComponent(id)}/credentials`, card),
    ),
  )
  const behind: { readonly devices: WrittenBefore[]; readonly connections: WrittenBefore[] } = {
    devices: [],
    connections: [],
  }
  await eachOf(nodes, atOnce, async ({ id }) => {
    const node = `/cloud-nodes/${encodeURIComponent(id)}`
    behind.devices.push(...(await read(`${node}/devices`)))
    behind.connections.push(...(await read(`${node}/connections`)))
  })
  return [...rules, ...behind.devices, ...behind.connections, ...nodes, ...cards, ...holders, ...groups]
}
