/** A generated building that is written into a system over REST, again and again, and removed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  generateBuilding,
  removeBuilding,
  SimulationRefused,
  writeBuilding,
  type GenerateOptions,
  type WritingProgress,
} from "@doorstream/simulator"
import { clientId, clientSecret, openHouse, systemId, type House } from "../support/house.js"

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const optionsOf = (seed: number, signal = new AbortController().signal) => ({
  url: house.url,
  clientId,
  clientSecret,
  systemId,
  seed,
  signal,
})

const write = (options: GenerateOptions, onProgress: (progress: WritingProgress) => void = () => {}) =>
  writeBuilding(generateBuilding(options), { ...optionsOf(options.seed), onProgress })

type Shown = Record<string, unknown> & { readonly id: string; readonly externalId?: string }

async function read(path: string): Promise<Shown[]> {
  const headers = { Authorization: `Bearer ${await house.token()}` }
  const answer = await fetch(`${house.url}/${systemId}${path}?per_page=100`, { headers })
  return (await answer.json()) as Shown[]
}

/** How much of each kind there is of buildings with this seed. */
async function countOf(seed: number): Promise<Record<string, number>> {
  const mark = (list: Shown[]) =>
    list.filter(({ externalId }) => externalId?.startsWith(`virtual-${seed}/`) === true)
  const nodes = mark(await read("/cloud-nodes"))
  const behind = async (part: string) =>
    (await Promise.all(nodes.map(({ id }) => read(`/cloud-nodes/${id}/${part}`)))).flat().length
  return {
    nodes: nodes.length,
    connections: await behind("connections"),
    doors: await behind("devices"),
    holders: mark(await read("/holders")).length,
    groups: mark(await read("/groups")).length,
    rules: mark(await read("/rules")).length,
  }
}

describe("A generated building", () => {
  it("is written whole, under the server's own ids and externalIds that name the seed", async () => {
    const told: WritingProgress[] = []
    const options = { seed: 1, doors: 70, people: 12, timezones: ["Europe/Madrid"] }
    const { building, added, changed } = await write(options, (one) => void told.push(one))
    const { cloudNodes, connections, devices, holders, groups, rules, rexUnlocks } = building
    const objects = [cloudNodes, connections, devices, holders, groups, rules].flat()
    expect({ added, changed }).toEqual({ added: objects.length + holders.length, changed: 0 })
    expect(told.at(-1)).toEqual({ done: added, all: added })
    expect(await countOf(1)).toEqual({
      nodes: 2,
      connections: connections.length,
      doors: 70,
      holders: 12,
      groups: groups.length,
      rules: rules.length,
    })
    const [node] = cloudNodes
    const front = (await read(`/cloud-nodes/${node!.id}/devices`)).find(({ id }) => id === devices[0]!.id)
    expect(front).toMatchObject({ name: "Front Door", externalId: "virtual-1/door-1", dps: true })
    expect(front).toMatchObject({ connection: { id: connections[0]!.id } })
    expect(devices.map(({ id }) => id)).toEqual(expect.arrayContaining([...rexUnlocks]))
    const shown = (await read("/rules")).find(({ id }) => id === rules[0]!.id)
    expect(shown).toMatchObject({ groups: rules[0]!.groups, devices: rules[0]!.devices })
  })

  it("is left as it is when it is written again, and mended where it is another", async () => {
    const options = { seed: 2, doors: 10, people: 10 }
    const first = await write(options)
    expect(await write(options)).toEqual({ ...first, added: 0 })
    const [door] = first.building.devices
    const path = `${house.url}/${systemId}/cloud-nodes/${door!.cloudNodeId}/devices/${door!.id}`
    const headers = { Authorization: `Bearer ${await house.token()}`, "Content-Type": "application/json" }
    await fetch(path, { method: "PATCH", headers, body: JSON.stringify({ name: "Back Door" }) })
    expect(await write(options)).toMatchObject({ added: 0, changed: 1 })
    const again = await (await fetch(path, { headers })).json()
    expect(again).toMatchObject({ name: "Front Door" })
  })

  it("loses the doors and people that it should no longer have", async () => {
    await write({ seed: 3, doors: 70, people: 20 })
    const { removed } = await write({ seed: 3, doors: 5, people: 10 })
    expect(removed).toBeGreaterThan(0)
    expect(await countOf(3)).toMatchObject({ nodes: 1, connections: 1, doors: 5, holders: 10 })
  })

  it("has cards of its own beside the building of another seed", async () => {
    const [one, other] = [await write({ seed: 4, doors: 2 }), await write({ seed: 5, doors: 2 })]
    expect(one.building.cloudNodes[0]!.id).not.toBe(other.building.cloudNodes[0]!.id)
    const cards = (await read("/holders")).flatMap(({ credentials }) =>
      (credentials as { facilityCode: number; cardNumber: number }[]).map(
        ({ facilityCode, cardNumber }) => `${facilityCode}:${cardNumber}`,
      ),
    )
    expect(new Set(cards).size).toBe(cards.length)
  })

  it("is removed with everything, and nothing else is", async () => {
    const before = (await read("/cloud-nodes")).length
    await write({ seed: 66, doors: 10 })
    await write({ seed: 6, doors: 10 })
    expect(await removeBuilding(optionsOf(6))).toBeGreaterThan(20)
    expect(await countOf(6)).toEqual({
      nodes: 0,
      connections: 0,
      doors: 0,
      holders: 0,
      groups: 0,
      rules: 0,
    })
    expect(await countOf(66)).toMatchObject({ nodes: 1, doors: 10 })
    expect(await removeBuilding(optionsOf(66))).toBeGreaterThan(20)
    expect(await read("/cloud-nodes")).toHaveLength(before)
    expect(await removeBuilding(optionsOf(6))).toBe(0)
  })

  it("is gone on with after an end in the middle", async () => {
    const ending = new AbortController()
    const options = { ...optionsOf(7, ending.signal), onProgress: () => ending.abort(new Error("enough")) }
    const generated = generateBuilding({ seed: 7, doors: 30 })
    await expect(writeBuilding(generated, options)).rejects.toThrow("enough")
    const { added } = await write({ seed: 7, doors: 30 })
    const whole = await write({ seed: 8, doors: 30 })
    expect(added).toBeGreaterThan(0)
    expect(added).toBeLessThan(whole.added)
    expect(await write({ seed: 7, doors: 30 })).toMatchObject({ added: 0, changed: 0, removed: 0 })
  })
})

describe("Writing a building", () => {
  it("waits where it asks too often, and makes no fuss about it", async () => {
    const slow = await openHouse({ limits: { callsPerSecondPerClient: 2 } })
    try {
      const troubles: string[] = []
      const onTrouble = (trouble: string): void => void troubles.push(trouble)
      const options = { ...optionsOf(9), url: slow.url, onTrouble }
      const { added } = await writeBuilding(generateBuilding({ seed: 9, doors: 1, people: 4 }), options)
      // Ten seconds' worth came at once; the last few were waited for.
      expect(added).toBeGreaterThan(16)
      expect(troubles).toEqual([])
    } finally {
      await slow.close()
    }
  })

  it("says in words which object is refused, and why", async () => {
    const listening = await openHouse({ clientScopes: ["listen"] })
    try {
      const options = { ...optionsOf(10), url: listening.url }
      const writing = writeBuilding(generateBuilding({ seed: 10, doors: 1 }), options)
      await expect(writing).rejects.toThrow(/^POST .*\/groups is refused \(403 scope_missing: /)
      await expect(writing).rejects.toBeInstanceOf(SimulationRefused)
    } finally {
      await listening.close()
    }
  })
})
