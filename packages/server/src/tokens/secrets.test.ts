/** Secrets of API clients are recognised, and nothing else is. */
import { describe, expect, it } from "vitest"
import { house, type ApiClient } from "../core/ports.js"
import { registryOf } from "../core/registry-of.suite.js"
import { hashSecret, newSecret, recogniseClient } from "./secrets.js"

const { secret, secretHash } = newSecret()
const wall: ApiClient = {
  id: "wall",
  name: "Wall display",
  secretHash,
  systems: [],
  scopes: ["listen"],
  created: "2026-01-01T00:00:00.000Z",
}
const registry = registryOf({ kind: "client", system: house, value: wall })

describe("A secret", () => {
  it("is 256 random bits, and its hash is SHA-256", () => {
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(secret).not.toBe(newSecret().secret)
    expect(hashSecret("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  })

  it("is recognised with its client's id and no other", () => {
    expect(recogniseClient(registry, "wall", secret)).toBe(wall)
    for (const [id = "", shown = ""] of [
      ["wall", ""],
      ["wall", secretHash],
      ["wall", `${secret} `],
      ["none", secret],
      ["none", ""],
    ])
      expect(recogniseClient(registry, id, shown)).toBeUndefined()
  })

  it("is not recognised where the kept hash is damaged", () => {
    const damaged = registryOf({ kind: "client", system: house, value: { ...wall, secretHash: "" } })
    expect(recogniseClient(damaged, "wall", "")).toBeUndefined()
  })
})
