/** Cloud nodes by their serial numbers, those too that were removed. */
import { expect, it } from "vitest"
import type { Change } from "../core/ports.js"
import { openMemory, type Memory } from "./memory.js"

const withNumber = (id: string, serialNumber: string, state?: "removed"): Change => ({
  kind: "cloudNode",
  system: "here",
  value: { id, name: id, serialNumber, timezone: "UTC", cardFormat: [], created: "2026-01-01T00:00:00.000Z" },
  ...(state === undefined ? {} : { state }),
})

const put = (memory: Memory, ...changes: readonly Change[]): void => {
  for (const numbered of memory.number(changes)) memory.put(numbered)
}

it("A cloud node is found by the serial number that it has, a removed one where no other has it", () => {
  const memory = openMemory()
  const idWith = (serialNumber: string): string | undefined => memory.cloudNodeWith("here", serialNumber)?.id
  put(memory, withNumber("a", "S1"), withNumber("b", "S2"))
  put(memory, withNumber("a", "S1", "removed"), withNumber("b", "S3"))
  expect(["S1", "S2", "S3"].map(idWith)).toEqual(["a", undefined, "b"])
  expect(memory.cloudNodeWith("there", "S1")).toBeUndefined()
  put(memory, withNumber("c", "S1"))
  expect(idWith("S1")).toBe("c")
  put(memory, withNumber("c", "S1", "removed"))
  expect(idWith("S1")).toBe("c")
})

it("A system that goes takes its serial numbers along", () => {
  const memory = openMemory()
  put(memory, withNumber("a", "S1"), withNumber("b", "S2", "removed"))
  const system = { id: "here", name: "Here", created: "2026-01-01T00:00:00.000Z" }
  put(memory, { kind: "system", system: "", value: system, state: "removed" })
  expect(["S1", "S2"].map((number) => memory.cloudNodeWith("here", number))).toEqual([undefined, undefined])
})
