/** Revoked tokens and required listeners in a data folder: what outlives the process, and what is forgotten. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Beside } from "../../core/ports.js"
import { openFolder, type Folder, type Write } from "./folder.js"
import { openRequired } from "./required.js"
import { openRevoked } from "./revoked.js"

const day = 86_400_000
let path: string
let folder: Folder
let now: number
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "doorstream-revoked-"))
  folder = await openFolder(path)
  now = 100 * day
})
afterEach(async () => {
  await folder.close()
  await rm(path, { recursive: true, force: true })
})

const open = () => openRevoked(folder, { grace: 30 * day, now: () => now })
const write = (beside: Beside): Promise<void> => folder.write(beside as readonly Write[])

describe("A revoked token", () => {
  it("stays so for as long as it could be used, whoever opens the folder, and is forgotten then", async () => {
    await open().revoke({ id: "known", revoked: now, expires: now + 300 }, write)
    await open().revoke({ id: "unknown", revoked: now, expires: null }, write)
    // A clock that went a week ahead, and was swept by, may be set back.
    now += 30 * day + 300 + 7 * day
    await open().sweep()
    expect(["known", "unknown"].map(open().has)).toEqual([true, true])
    now += 1
    await open().sweep()
    expect(["known", "unknown"].map(open().has)).toEqual([false, true])
    // Nobody knows when it expires: no token lives for longer than a day.
    now += day
    await open().sweep()
    expect(open().has("unknown")).toBe(false)
  })

  it("is good again where the disk would not take it", async () => {
    const revoked = open()
    const failing = revoked.revoke({ id: "one", revoked: now, expires: null }, () =>
      Promise.reject(new Error("no disk")),
    )
    expect(revoked.has("one")).toBe(true)
    await expect(failing).rejects.toThrow("no disk")
    expect(revoked.has("one")).toBe(false)
  })
})

describe("A token that is revoked twice", () => {
  it("stays revoked where the disk took the second word of it, and not the first", async () => {
    const revoked = open()
    let fail!: (error: Error) => void
    const token = { id: "one", revoked: now, expires: null }
    const first = revoked.revoke(token, () => new Promise<void>((_, reject) => (fail = reject)))
    await revoked.revoke({ ...token }, write)
    fail(new Error("no disk"))
    await expect(first).rejects.toThrow("no disk")
    expect([revoked.has("one"), open().has("one")]).toEqual([true, true])
  })
})

describe("A listener that must hear", () => {
  const panel = { system: "tower", client: "app", name: "panel", within: 10_000 }

  it("must so for whoever opens the folder, until it need not or is gone", async () => {
    const required = openRequired(folder, () => false)
    await required.require({ ...panel, within: 5000 })
    await required.require(panel)
    await required.require({ ...panel, name: "a wall" })
    const again = openRequired(folder, ({ name }) => name === "panel")
    expect(again.find(panel)).toEqual(panel)
    // Before it is swept, too.
    expect(again.list().map(({ name }) => name)).toEqual(["a wall"])
    expect(required.list().map(({ name }) => name)).toEqual(["a wall", "panel"])
    await again.sweep()
    expect([await again.unrequire({ ...panel, name: "a wall" }), await again.unrequire(panel)]).toEqual([
      true,
      false,
    ])
    expect(openRequired(folder, () => false).list()).toEqual([])
  })
})
