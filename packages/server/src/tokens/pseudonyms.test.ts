/** The secret of pseudonyms: made once, kept to itself, and what comes of it. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { findKeyDamage } from "./keys.js"
import { openPseudonyms } from "./pseudonyms.js"

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "doorstream-pseudonyms-"))
  await mkdir(join(folder, "keys"))
  path = join(folder, "keys", "pseudonyms.secret")
})
afterEach(() => rm(folder, { recursive: true }))

describe("The secret of pseudonyms", () => {
  it("is made once, is nobody else's to read, and makes the same of the same for ever", async () => {
    const scramble = await openPseudonyms(folder)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const secret = await readFile(path, "utf8")
    const again = await openPseudonyms(folder)
    expect(await readFile(path, "utf8")).toBe(secret)
    expect(again("tower", "cardNumber", "26858")).toBe(scramble("tower", "cardNumber", "26858"))
  })

  it("makes something else of another value, of another kind, in another system, and by another secret", async () => {
    const scramble = await openPseudonyms(folder)
    const made = [
      scramble("tower", "cardNumber", "26858"),
      scramble("tower", "cardNumber", "26859"),
      scramble("tower", "facilityCode", "26858"),
      scramble("annex", "cardNumber", "26858"),
    ]
    await rm(path)
    made.push((await openPseudonyms(folder))("tower", "cardNumber", "26858"))
    expect(new Set(made).size).toBe(5)
    for (const each of made) expect(each).toMatch(/^[0-9a-f]{64}$/)
  })

  it("makes no two alike of 200,000 cards, not even of the digits that are shown", async () => {
    const scramble = await openPseudonyms(folder)
    const shown = new Set<bigint>()
    for (let card = 0; card < 200_000; card += 1)
      shown.add(
        BigInt(`0x${scramble("tower", "cardNumber", String(card)).slice(0, 32)}`) % 900_000_000_000_000n,
      )
    expect(shown.size).toBe(200_000)
  })

  it.each([
    ["cut short", "AAAA\n"],
    ["empty", ""],
    ["other text", "x".repeat(44)],
  ])("that is %s is refused, found by verify, and never told", async (_, text) => {
    await writeFile(path, text)
    const refused = await openPseudonyms(folder).catch((error: Error & { code?: string }) => error)
    expect(refused).toMatchObject({ code: "key_damaged", message: expect.stringContaining(path) as string })
    expect(await findKeyDamage(folder)).toEqual([(refused as Error).message])
  })

  it("that cannot be read is a fault, and no reason to make another", async () => {
    await mkdir(path)
    await expect(openPseudonyms(folder)).rejects.toMatchObject({ code: "EISDIR" })
  })
})
