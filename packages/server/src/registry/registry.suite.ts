/** What every engine of the registry must do. An engine's own test runs it; this knows none of them. */
import { refuse, type CloudNode, type Credential, type Holder, type System } from "@doorstream/contract"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { house, type CardOrCredential, type Change, type Registry, type SystemId } from "../core/ports.js"

export interface OpenedRegistry {
  readonly registry: Registry
  /** Closes the registry and opens it again, as after a restart. */
  reopen(): Promise<Registry>
  /** Closes the registry for good and leaves nothing behind. */
  close(): Promise<void>
}

/** What must be so, by what a test says of it. Each is given a registry of its own. */
type Cases = Readonly<Record<string, (opened: OpenedRegistry) => Promise<void>>>

const here = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const there = "5e1f2c9a-90c4-4f0e-8d67-0d7a5f3b1c22"

const systemOf = (id: string): System => ({ id, name: `System ${id}`, created: "2026-01-01T00:00:00.000Z" })
const cloudNodeOf = (id: string, name = "North"): CloudNode => ({
  id,
  name,
  serialNumber: "1234ABC",
  timezone: "Europe/Madrid",
  cardFormat: [],
  created: "2026-01-01T00:00:00.000Z",
})
const card = (id: string, cardNumber = id): Credential => ({ id, facilityCode: "77", cardNumber })
const holderOf = (id: string, ...credentials: Credential[]): Holder => ({
  id,
  firstName: "Ann",
  lastName: id,
  enabled: true,
  activeDate: null,
  expireDate: null,
  credentials,
})
const node = (id: string, system: SystemId = here, name?: string): Change => ({
  kind: "cloudNode",
  system,
  value: cloudNodeOf(id, name),
})
const holder = (system: SystemId, value: Holder): Change => ({ kind: "holder", system, value })

const knowing: Cases = {
  async "finds what was put, also after reopening, and nothing else"({ registry, reopen }) {
    await registry.put([{ kind: "system", system: house, value: systemOf(here) }, node("a")])
    for (const at of [registry, await reopen()]) {
      expect(at.find("system", house, here)).toEqual(systemOf(here))
      expect(at.find("cloudNode", here, "a")).toEqual(cloudNodeOf("a"))
      expect(at.find("cloudNode", here, "b")).toBeUndefined()
      expect(at.find("cloudNode", there, "a")).toBeUndefined()
      expect(at.find("device", here, "a")).toBeUndefined()
      expect(at.find("system", here, here)).toBeUndefined()
    }
  },

  async "shows a change when its put resolves, and not before"({ registry }) {
    const done = registry.put([node("a")])
    expect(registry.find("cloudNode", here, "a")).toBeUndefined()
    await done
    expect(registry.find("cloudNode", here, "a")).toEqual(cloudNodeOf("a"))
  },

  async "lists the oldest first: a change keeps its place, also after reopening"({ registry, reopen }) {
    await registry.put([node("c"), node("a"), node("x", there)])
    await registry.put([node("b"), node("c", here, "Renamed")])
    const expected = [cloudNodeOf("c", "Renamed"), cloudNodeOf("a"), cloudNodeOf("b")]
    expect(registry.list("cloudNode", here)).toEqual(expected)
    const reopened = await reopen()
    expect(reopened.list("cloudNode", here)).toEqual(expected)
    expect(reopened.list("cloudNode", there)).toEqual([cloudNodeOf("x")])
    expect(reopened.list("holder", here)).toEqual([])
  },

  async "gives out lists that stay as they are"({ registry }) {
    await registry.put([node("a")])
    const listed = registry.list("cloudNode", here)
    await registry.put([node("b")])
    expect(listed).toEqual([cloudNodeOf("a")])
  },

  async "makes one of what is put twice at the same time, the later as it stands"({ registry, reopen }) {
    await Promise.all([
      registry.put([node("a"), node("a", here, "Second")]),
      registry.put([node("b"), node("a", here, "Third")]),
    ])
    const expected = [cloudNodeOf("a", "Third"), cloudNodeOf("b")]
    expect(registry.list("cloudNode", here)).toEqual(expected)
    expect((await reopen()).list("cloudNode", here)).toEqual(expected)
  },

  async "puts nothing when there is nothing to put"({ registry }) {
    await expect(registry.put([])).resolves.toBeUndefined()
  },
}

const ann = holderOf("ann", card("1", "100"), card("2", "200"))
const bob = holderOf("bob", card("3", "300"))

const carrying: Cases = {
  async "is found by the credential's id, or else by what is on the card"({ registry, reopen }) {
    await registry.put([holder(here, ann), holder(here, bob)])
    for (const at of [registry, await reopen()]) {
      expect(at.holderOf(here, { credentialId: "2" })).toEqual(ann)
      expect(at.holderOf(here, { facilityCode: "77", cardNumber: "300" })).toEqual(bob)
      expect(at.holderOf(here, { credentialId: "1", facilityCode: "77", cardNumber: "300" })).toEqual(ann)
      expect(at.holderOf(here, { credentialId: "?", facilityCode: "77", cardNumber: "300" })).toEqual(bob)
      expect(at.holderOf(here, { credentialId: "?" })).toBeUndefined()
      expect(at.holderOf(here, { facilityCode: "78", cardNumber: "300" })).toBeUndefined()
      expect(at.holderOf(here, { cardNumber: "300" })).toBeUndefined()
      expect(at.holderOf(here, {})).toBeUndefined()
      expect(at.holderOf(there, { credentialId: "2" })).toBeUndefined()
    }
  },

  async "is the new one after a card has changed hands, and nobody after it was taken away"({ registry }) {
    await registry.put([holder(here, ann), holder(here, bob)])
    const bobWithBoth = holderOf("bob", card("3", "300"), card("2", "200"))
    await registry.put([holder(here, holderOf("ann", card("1", "100"))), holder(here, bobWithBoth)])
    expect(registry.holderOf(here, { credentialId: "2" })).toEqual(bobWithBoth)
    await registry.put([holder(here, holderOf("bob"))])
    expect(registry.holderOf(here, { credentialId: "2" })).toBeUndefined()
    expect(registry.holderOf(here, { facilityCode: "77", cardNumber: "200" })).toBeUndefined()
  },

  async "is who was registered first while two carry the same, and then the other"({ registry, reopen }) {
    const [first, second] = [holderOf("first", card("1", "100")), holderOf("second", card("9", "100"))]
    await registry.put([holder(here, first), holder(here, second)])
    await registry.put([holder(here, first)])
    const onCard = { facilityCode: "77", cardNumber: "100" }
    expect(registry.holderOf(here, onCard)).toEqual(first)
    const reopened = await reopen()
    expect(reopened.holderOf(here, onCard)).toEqual(first)
    await reopened.put([holder(here, holderOf("first"))])
    expect(reopened.holderOf(here, onCard)).toEqual(second)
  },
}

const removed = (change: Change): Change => ({ ...change, state: "removed" })

const removing: Cases = {
  async "leaves a thing to be found only by who asks what ever was, also after reopening"({
    registry,
    reopen,
  }) {
    await registry.put([node("a"), node("b"), removed(node("a"))])
    for (const at of [registry, await reopen()]) {
      expect(at.find("cloudNode", here, "a")).toBeUndefined()
      expect(at.list("cloudNode", here)).toEqual([cloudNodeOf("b")])
      expect(at.findEver("cloudNode", here, "a")).toEqual(cloudNodeOf("a"))
      expect(at.findEver("cloudNode", here, "b")).toEqual(cloudNodeOf("b"))
      expect(at.findEver("cloudNode", there, "a")).toBeUndefined()
    }
  },

  async "lets a thing come back"({ registry, reopen }) {
    await registry.put([node("a")])
    await registry.put([removed(node("a"))])
    await registry.put([node("a", here, "Back")])
    for (const at of [registry, await reopen()]) {
      expect(at.list("cloudNode", here)).toEqual([cloudNodeOf("a", "Back")])
      expect(at.findEver("cloudNode", here, "a")).toEqual(cloudNodeOf("a", "Back"))
    }
  },

  async "takes a holder's cards away"({ registry, reopen }) {
    await registry.put([holder(here, ann), removed(holder(here, ann))])
    for (const at of [registry, await reopen()])
      expect(at.holderOf(here, { credentialId: "1" })).toBeUndefined()
  },

  async "remembers who was erased, apart from who was removed"({ registry, reopen }) {
    await registry.put([holder(here, ann), holder(here, bob), holder(there, bob)])
    await registry.put([removed(holder(here, bob)), { ...holder(here, ann), state: "erased" }])
    for (const at of [registry, await reopen()]) {
      expect([...at.erased(here)]).toEqual(["ann"])
      expect([...at.erased(there)]).toEqual([])
    }
  },
}

const called = (id: string, externalId?: string): Change =>
  ({
    ...node(id),
    value: { ...cloudNodeOf(id), ...(externalId === undefined ? {} : { externalId }) },
  }) as Change

const naming: Cases = {
  async "finds by the name that the user gave, until it is given away, also after reopening"({
    registry,
    reopen,
  }) {
    await registry.put([called("a", "north"), called("b", "south"), called("c")])
    await registry.put([called("a", "south"), called("b", "north")])
    await registry.put([called("c", "west"), removed(called("a", "south"))])
    const again = await reopen()
    for (const at of [registry, again]) {
      expect(at.findNamed("cloudNode", here, "north")?.id).toBe("b")
      expect(at.findNamed("cloudNode", here, "south")).toBeUndefined()
      expect(at.findNamed("cloudNode", here, "west")?.id).toBe("c")
      expect(at.findNamed("cloudNode", there, "north")).toBeUndefined()
      expect(at.findNamed("device", here, "north")).toBeUndefined()
      expect(at.findNamed("cloudNode", here, "b")).toBeUndefined()
      expect(at.findNamedEver("cloudNode", here, "south")?.id).toBe("a")
      expect(at.findNamedEver("cloudNode", here, "west")?.id).toBe("c")
    }
    await again.put([called("d", "south")])
    expect(again.findNamedEver("cloudNode", here, "south")?.id).toBe("d")
  },
}

const deciding: Cases = {
  async "sees all that was decided before, though all ask at the same time"({ registry, reopen }) {
    const add = (): Promise<unknown> =>
      registry.change(() => {
        const id = String(registry.list("cloudNode", here).length)
        return { changes: [node(id)], answer: id }
      })
    expect(await Promise.all([add(), add(), add()])).toEqual(["0", "1", "2"])
    expect((await reopen()).list("cloudNode", here)).toHaveLength(3)
  },

  async "changes nothing where it refuses, or breaks, and others go on"({ registry }) {
    const broken = registry.change(() => {
      throw new Error("a bug")
    })
    const refused = registry.change(() => refuse("cloud_node_unknown"))
    const made = registry.change(() => ({ changes: [node("a")], answer: 1 }))
    await expect(broken).rejects.toThrow("a bug")
    expect(await refused).toMatchObject({ code: "cloud_node_unknown" })
    expect(await made).toBe(1)
    expect(registry.list("cloudNode", here)).toEqual([cloudNodeOf("a")])
  },
}

function checkHolders(registry: Registry): void {
  for (const system of [here, there]) {
    const carrierOf = (match: (credential: Credential) => boolean): Holder | undefined =>
      registry.list("holder", system).find(({ credentials }) => credentials.some(match))
    for (const one of ["1", "2", "3"]) {
      const byId: CardOrCredential = { credentialId: one }
      const byCard: CardOrCredential = { facilityCode: "77", cardNumber: one }
      expect(registry.holderOf(system, byId)).toEqual(carrierOf(({ id }) => id === one))
      expect(registry.holderOf(system, byCard)).toEqual(carrierOf(({ cardNumber }) => cardNumber === one))
    }
  }
}

const few = fc.constantFrom("1", "2", "3")
const anyCredentials = fc
  .array(fc.tuple(few, few), { maxLength: 3 })
  .map((cards) => cards.map(([of, on]) => card(of, on)))
const anyHolder = fc
  .tuple(fc.constantFrom(here, there), few, anyCredentials)
  .map(([system, id, credentials]) => holder(system, holderOf(id, ...credentials)))
const anyRounds = fc.array(fc.array(anyHolder, { maxLength: 3 }), { maxLength: 5 })

/** Runs the suite against an engine; each test opens a registry of its own. */
export function registrySuite(name: string, open: () => Promise<OpenedRegistry>): void {
  const withRegistry = async (check: (opened: OpenedRegistry) => Promise<void>): Promise<void> => {
    const opened = await open()
    try {
      await check(opened)
    } finally {
      await opened.close()
    }
  }

  const groups = {
    Asking: knowing,
    "Looking for the holder of a credential in": carrying,
    "Removing from": removing,
    "Naming in": naming,
    "Deciding on": deciding,
  }
  describe.each(Object.entries(groups))(`%s the ${name} registry`, (_, cases) => {
    it.each(Object.entries(cases))("%s", (_title, check) => withRegistry(check))
  })

  it(`The ${name} registry finds whom a look at every holder finds, whatever was changed`, async () => {
    const property = fc.asyncProperty(anyRounds, (rounds) =>
      withRegistry(async ({ registry, reopen }) => {
        for (const round of rounds) await registry.put(round)
        checkHolders(registry)
        checkHolders(await reopen())
      }),
    )
    await fc.assert(property, { numRuns: 30 })
  })
}
