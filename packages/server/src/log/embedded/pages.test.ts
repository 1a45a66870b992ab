/** Real data files that are damaged in many ways: each is named before LMDB would end the process on it. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from "node:fs"
import { open, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { openFolder } from "./folder.js"
import { findDamage } from "./pages.js"

const page = 4096
const rows = 2000
let parent: string
let well: string
let file: string
let made = 0

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), "doorstream-pages-"))
  const folder = await openFolder(join(parent, "well"))
  const table = folder.openTable("test")
  const keys = Array.from({ length: rows }, (_, index) => Buffer.from(`key ${index}`))
  for (let from = 0; from < rows; from += 500)
    await folder.write(
      keys.slice(from, from + 500).map((key, at) => ({
        table,
        key,
        // Every hundredth has pages of its own.
        value: "x".repeat(at % 100 === 0 ? 20_000 : 700),
      })),
    )
  await folder.close()
  well = join(parent, "well", "data.mdb")
})
afterAll(() => rmSync(parent, { recursive: true }))
beforeEach(() => {
  const path = join(parent, `damaged ${++made}`)
  mkdirSync(path)
  file = join(path, "data.mdb")
  copyFileSync(well, file)
})

/** Bytes that look like nothing, and are the same in every run. */
const garbage = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 7919 + 13) % 251))

async function put(at: number, bytes: Buffer): Promise<void> {
  const handle = await open(file, "r+")
  await handle.write(bytes, 0, bytes.length, at)
  await handle.close()
}

const size = (): number => statSync(file).size
const middle = (): number => Math.floor(size() / page / 2) * page

const damages: readonly (readonly [what: string, damage: () => unknown, says: RegExp])[] = [
  ["is empty", () => truncateSync(file, 0), /is empty/],
  ["ends within its first page", () => truncateSync(file, 100), /ends after 100 bytes/],
  ["ends after its first page", () => truncateSync(file, page), /ends after 4096 bytes/],
  ["has lost its second half", () => truncateSync(file, middle()), /page \d+ is missing/],
  ["is something else", () => writeFile(file, "hello ".repeat(9999)), /first pages/],
  ["is garbage", () => put(0, garbage(size())), /first pages/],
  ["has garbage in its first page", () => put(0, garbage(page)), /first pages/],
  ["has garbage in its second page", () => put(page, garbage(page)), /first pages/],
  ["has garbage after them", () => put(2 * page, garbage(size() - 2 * page)), /holds something else/],
]

describe("A data file that", () => {
  it.each(damages)(
    "%s is not opened, and what is wrong is said with the way out",
    async (_, damage, says) => {
      await damage()
      const opening = openFolder(join(file, ".."))
      await expect(opening).rejects.toMatchObject({ code: "folder_damaged" })
      const message = await opening.catch((error: Error) => error.message)
      expect(message).toMatch(says)
      expect(message).toContain(file)
      expect(message).toContain("doorstream restore BACKUP FOLDER")
    },
  )

  it.each([
    ["garbage", garbage(2 * page)],
    ["zeros", Buffer.alloc(2 * page)],
  ])("has %s somewhere among its leaves is found by a thorough look", async (_, bytes) => {
    const damaged: string[] = []
    for (let at = 2 * page; at + bytes.length <= size(); at += Math.floor(size() / page / 20) * page) {
      copyFileSync(well, file)
      await put(at, bytes)
      damaged.push(findDamage(file, { thorough: true }) ?? `nothing at page ${at / page}`)
    }
    // What hits only free pages, or the middle of a long value, harms no tree.
    const found = damaged.filter((words) => !words.startsWith("nothing"))
    expect(found.length).toBeGreaterThan(damaged.length / 2)
    for (const words of found) expect(words).toMatch(/^page \d+ /)
  })

  it("is well is found well, and its progress is told", () => {
    expect(findDamage(well, { thorough: true })).toBeUndefined()
    expect(findDamage(well, { thorough: false })).toBeUndefined()
  })

  it("is damaged at random, byte by byte, never throws anything but what is wrong", async () => {
    let state = 7
    const chance = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    let found = 0
    for (let round = 0; round < 300; round++) {
      copyFileSync(well, file)
      const at = chance(size() - 64)
      await put(at, Buffer.from(Array.from({ length: 64 }, () => chance(256))))
      if (findDamage(file, { thorough: true }) !== undefined) found++
    }
    expect(found).toBeGreaterThan(10)
  })
})
