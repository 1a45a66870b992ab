/** PINs as they are kept. */
import { expect, it } from "vitest"
import { hashPin, isPin } from "./pins.js"

it("A PIN is known by its hash, another is not, and what is kept has nothing of it", async () => {
  const kept = await hashPin("4711")
  expect(kept).not.toContain("4711")
  expect(await isPin("4711", kept)).toBe(true)
  expect(await isPin("4712", kept)).toBe(false)
  expect(await isPin("", kept)).toBe(false)
})

it("Two who chose the same PIN cannot be told by what is kept", async () => {
  expect(await hashPin("4711")).not.toBe(await hashPin("4711"))
})

it("What is no hash of ours is nobody's PIN", async () => {
  for (const kept of ["", "4711", "scrypt:", "scrypt:AAAA:AAAA", "plain:AAAA:4711"])
    expect(await isPin("4711", kept)).toBe(false)
})
