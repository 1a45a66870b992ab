/** Orders between the audit and the link: what is not sent any more when the one took too long, or the other ended. */
import type { Refusal, ServerMessage } from "@doorstream/contract"
import { refuse } from "@doorstream/contract"
import { expect, describe, it } from "vitest"
import { openMeter } from "../core/meter.js"
import { Orders, type Commanded } from "./orders.js"

const order = {
  by: { id: "wall", name: "The wall", from: "192.0.2.7" },
  system: "tower",
  command: { deviceId: "gate", command: "open" },
} as const

/** An audit that writes when a test says so, and a link that keeps what it is told. */
function open() {
  const world = { clock: 0, told: [] as ServerMessage[], write: (_?: Refusal): void => undefined }
  const meter = openMeter()
  const orders = new Orders({
    tellAudit: () => new Promise((resolve) => (world.write = resolve)),
    commandLife: 5000,
    freshId: () => `id ${world.told.length + 1}`,
    meter,
    now: () => 1_000_000,
    clock: () => world.clock,
  })
  const link: Commanded = { version: 2, tell: (message) => void world.told.push(message) }
  return { world, meter, orders, link }
}

describe("A command", () => {
  it("is sent when it is told in the audit, and not before", async () => {
    const { world, meter, orders, link } = open()
    const asked = orders.give(link, order)
    expect(world.told).toEqual([])
    world.clock = 4999
    world.write()
    await expect.poll(() => world.told, { interval: 1 }).toHaveLength(1)
    expect(world.told).toEqual([{ type: "command", id: "id 1", expires: 1_005_000, ...order.command }])
    orders.hear(link, { type: "commandDone", id: "id 1" })
    expect(await asked).toBeUndefined()
    expect(meter.commands).toEqual({ done: 1, refused: 0, unanswered: 0 })
  })

  it("is not sent on a link that ended while it was told in the audit", async () => {
    const { world, orders, link } = open()
    const asked = orders.give(link, order)
    orders.left(link)
    world.write()
    expect(await asked).toMatchObject({ code: "cloud_node_away" })
    expect(world.told).toEqual([])
  })

  it("is not sent where the audit could not be told, or was told too late", async () => {
    const { world, orders, link } = open()
    const refused = orders.give(link, order)
    world.write(refuse("storage_fault"))
    expect(await refused).toMatchObject({ code: "storage_fault" })
    const late = orders.give(link, order)
    world.clock = 5001
    world.write()
    expect(await late).toMatchObject({
      code: "command_unanswered",
      message: expect.stringContaining("It was not sent"),
    })
    expect(world.told).toEqual([])
  })

  it("that was not sent gives its place back, whyever it was not", async () => {
    const { world, orders, link } = open()
    for (let time = 0; time < 300; time += 1) {
      const asked = orders.give(link, order)
      world.write(refuse("storage_fault"))
      expect(await asked).toMatchObject({ code: "storage_fault" })
    }
    const waiting = Array.from({ length: 256 }, () => orders.give(link, order))
    expect(await orders.give(link, order)).toMatchObject({ code: "too_many_commands" })
    orders.left(link)
    expect(waiting).toHaveLength(256)
  })
})
