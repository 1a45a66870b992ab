/** What tests of commands have in common: who asks over REST, and a cloud node that does as it is told. */
import { cloudNode, frontDoor, systemId, type House } from "./house.js"
import type { Answer, RawNode } from "./raw-node.js"

/** What the hello says of a cloud node that can be commanded. */
export const servedVersions = { versions: { min: 1, max: 2 } }

export type Command = Answer<"command">

/** How whoever asked was answered. */
export interface Met {
  readonly status: number
  readonly code?: string
  readonly message?: string
  readonly retryAfter: string | null
}

/** Asks a door for something; the front door of the cloud node unless told. */
export async function command(
  house: House,
  token: string,
  name: string,
  body: object = {},
  { system = systemId, node = cloudNode.id, device = frontDoor.id } = {},
): Promise<Met> {
  const path = `/${system}/cloud-nodes/${node}/devices/${device}/${name}`
  const answer = await house.post(path, JSON.stringify(body), token)
  const text = await answer.text()
  const said = text === "" ? {} : (JSON.parse(text) as object)
  return { status: answer.status, retryAfter: answer.headers.get("retry-after"), ...said }
}

/** Has a node do something with each command that it is told. */
export function heeds(node: RawNode, heed: (told: Command) => unknown): void {
  node.socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Command
    if (message.type === "command") heed(message)
  })
}

export const done = ({ id }: Command) => ({ type: "commandDone", id })

/** Has a node do whatever it is told. */
export const obeys = (node: RawNode): void => heeds(node, (told) => node.send(done(told)))
