/** The API client that is there without being kept. */
import { beforeEach, describe, expect, it } from "vitest"
import { house, type ApiClient, type Change, type Registry } from "../core/ports.js"
import { registryOf } from "../core/registry-of.suite.js"
import { withClient } from "./with-client.js"

const clientOf = (id: string, name = id): ApiClient => ({
  id,
  name,
  secretHash: "00",
  systems: ["a system"],
  scopes: ["listen"],
  created: "2026-01-01T00:00:00.000Z",
})
const put = (value: ApiClient): Change => ({ kind: "client", system: house, value })

describe("A registry with one API client more", () => {
  let kept: Registry
  let registry: Registry
  beforeEach(() => {
    kept = registryOf()
    registry = withClient(kept, clientOf("demo"))
  })

  it("shows it, first of all, and never in the registry itself", async () => {
    await registry.put([put(clientOf("wall display"))])
    expect(registry.find("client", house, "demo")).toEqual(clientOf("demo"))
    expect(registry.list("client", house)).toEqual([clientOf("demo"), clientOf("wall display")])
    expect(kept.list("client", house)).toEqual([clientOf("wall display")])
  })

  it("shows everything else as it is", async () => {
    const system = { id: "demo", name: "A system", created: "2026-01-01T00:00:00.000Z" }
    const holder = {
      id: "ann",
      firstName: "Ann",
      lastName: "Other",
      enabled: true,
      activeDate: null,
      expireDate: null,
      credentials: [{ id: "1", facilityCode: "77", cardNumber: "100" }],
    }
    await registry.put([
      { kind: "system", system: house, value: system },
      { kind: "holder", system: "demo", value: holder },
    ])
    expect(registry.find("system", house, "demo")).toEqual(system)
    expect(registry.list("system", house)).toEqual([system])
    expect(registry.holderOf("demo", { credentialId: "1" })).toEqual(holder)
    expect(registry.find("client", "demo", "demo")).toBeUndefined()
  })

  it("refuses to keep it, with all that was to be put beside it", async () => {
    await expect(registry.put([put(clientOf("a")), put(clientOf("demo", "Another"))])).rejects.toThrow(
      "never kept",
    )
    expect(kept.list("client", house)).toEqual([])
  })

  it("hides one that is kept under the same id", async () => {
    await kept.put([put(clientOf("demo", "Kept"))])
    expect(registry.list("client", house)).toEqual([clientOf("demo")])
  })
})
