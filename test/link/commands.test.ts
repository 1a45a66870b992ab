/** Commands over REST: how they come to cloud nodes on their links, and what whoever asked is answered. PROTOCOL §19. */
import { commandNames } from "@doorstream/contract"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  clientId,
  cloudNode,
  frontDoor,
  openHouse,
  someone,
  systemId,
  type House,
  type HouseSettings,
} from "../support/house.js"
import { operate } from "../support/operator.js"
import { openRawNode, proofOf, registerPanel, type Answer, type RawNode } from "../support/raw-node.js"

const { serialNumber } = cloudNode

let house: House
let key: string
const nodes: RawNode[] = []
async function open(settings: HouseSettings = {}): Promise<void> {
  house = await openHouse(settings)
  key = await registerPanel(house)
}
afterEach(async () => {
  nodes.splice(0).forEach(({ socket }) => socket.terminate())
  await house.close()
  expect(house.told.filter(({ level }) => level === "error")).toEqual([])
})

type Command = Answer<"command">

async function enter(): Promise<RawNode> {
  const node = await openRawNode(house.url)
  nodes.push(node)
  await node.enter(serialNumber, key)
  return node
}

/** Has a node answer every command that it is told. */
function answers(node: RawNode, answer: (command: Command) => object | undefined): void {
  node.socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Command
    const said = message.type === "command" ? answer(message) : undefined
    if (said !== undefined) node.send(said)
  })
}
const obeys = (node: RawNode): void => answers(node, ({ id }) => ({ type: "commandDone", id }))

const pathOf = (command: string, node = cloudNode.id, device = frontDoor.id): string =>
  `/${systemId}/cloud-nodes/${node}/devices/${device}/${command}`

async function command(name: string, body: object | string = "", token?: string): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body)
  return house.post(pathOf(name), text, token ?? (await house.token()))
}
async function met(response: Response | Promise<Response>): Promise<[number, string]> {
  const { status, ...answer } = await response
  const text = await (await response).text()
  void answer
  return [(await response).status ?? status, text === "" ? "" : (JSON.parse(text) as { code: string }).code]
}

const audit = async () =>
  (await operate<{ records: { by: object; deeds: object[] }[] }>(house, "GET", "/audit?what=device")).body.records

describe("x", () => {
  beforeEach(() => open())
  it("y", async () => {
    const node = await enter()
    obeys(node)
    for (const name of commandNames)
      expect(await met(command(name, name === "virtual-read" ? { holderId: someone.id } : ""))).toEqual([204, ""])
    console.log(node.heard.all, JSON.stringify(await audit()), clientId, proofOf)
  })
})
