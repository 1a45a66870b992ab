/** Proofs, by the example that PROTOCOL §16 gives to whoever implements the link. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { registryOf } from "../core/registry-of.suite.js"
import { prove } from "./proof.js"

const key = "uJ8Yk2cQ0vY3mB7nT5rXwZ1aD4fG6hK9sLqPeRtUiOo"
const nonce = "q0Nn3kXf2Jd6sYw1uR8vT4zB"
const serialNumber = "1234ABC"
const proof = "ec629cb38f2511051fc02d3e45ba66df37873801aecc6c686ec0abd30e0f7fce"

const keyHash = createHash("sha256").update(key).digest("hex")
const registry = registryOf({
  kind: "panel",
  system: "tower",
  value: { id: "node", serialNumber, keyHashes: ["11".repeat(32), keyHash], registered: "" },
})

describe("A proof", () => {
  it("is made as the protocol's example has it", () => {
    const protocol = readFileSync(new URL("../../../../PROTOCOL.md", import.meta.url), "utf8")
    for (const each of [key, nonce, keyHash, proof]) expect(protocol).toContain(each)
    expect(prove(registry, nonce, serialNumber, proof)).toEqual({
      system: "tower",
      cloudNodeId: "node",
      serialNumber,
      keyHash,
    })
  })

  it("proves nothing for another nonce, another panel, or in another form", () => {
    expect(prove(registry, `${nonce}x`, serialNumber, proof)).toBeUndefined()
    expect(prove(registry, nonce, "1234ABD", proof)).toBeUndefined()
    expect(prove(registry, nonce, serialNumber, "00".repeat(32))).toBeUndefined()
    expect(prove(registry, nonce, serialNumber, proof.slice(2))).toBeUndefined()
  })
})
