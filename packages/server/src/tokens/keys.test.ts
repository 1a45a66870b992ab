/** Signing keys on a real disk. */
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { openKeys } from "./keys.js"

const noon = Date.UTC(2026, 10, 23, 12)
let folder: string
let keysFolder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "doorstream-keys-"))
  keysFolder = join(folder, "keys")
})
afterEach(() => rm(folder, { recursive: true }))

const open = (now = noon) => openKeys(folder, () => now)
const onlyFile = async () => {
  const [name = "", ...others] = await readdir(keysFolder)
  expect(others).toEqual([])
  return join(keysFolder, name)
}

describe("Signing keys", () => {
  it("are made on the first start and are the same on the next", async () => {
    const { newest } = await open()
    expect((await open()).newest.kid).toBe(newest.kid)
  })

  it("can be read by their owner only", async () => {
    await open()
    expect((await stat(keysFolder)).mode & 0o777).toBe(0o700)
    expect((await stat(await onlyFile())).mode & 0o777).toBe(0o600)
    await chmod(keysFolder, 0o755)
    await open()
    expect((await stat(keysFolder)).mode & 0o777).toBe(0o700)
  })

  it("are published without what is secret in them", async () => {
    const { newest, published } = await open()
    const { d } = JSON.parse(await readFile(await onlyFile(), "utf8")) as { d: string }
    expect(d).toHaveLength(43)
    expect(published()).toEqual({
      keys: [
        { kty: "OKP", crv: "Ed25519", x: expect.any(String), kid: newest.kid, alg: "EdDSA", use: "sig" },
      ],
    })
    expect(JSON.stringify(published())).not.toContain(d)
  })

  it("sign with the newest and verify with all", async () => {
    const old = await open()
    const first = await onlyFile()
    const kept = await readFile(first)
    await rm(first)
    const young = await open(noon + 1)
    await writeFile(first, kept)

    const both = await open()
    expect(both.newest.kid).toBe(young.newest.kid)
    expect(both.published().keys.map(({ kid }) => kid)).toEqual([young.newest.kid, old.newest.kid])
    expect(both.find(old.newest.kid)).toBeDefined()
    expect(both.find("another")).toBeUndefined()
  })

  it("do not mind a file that a crash left half written", async () => {
    const { newest } = await open()
    await writeFile(join(keysFolder, "half.json.new"), '{"kty":')
    expect((await open()).newest.kid).toBe(newest.kid)
  })
})

describe("A damaged key file", () => {
  const damage = async (change: (jwk: Record<string, string>, text: string) => unknown) => {
    await open()
    const path = await onlyFile()
    const text = await readFile(path, "utf8")
    const jwk = JSON.parse(text) as Record<string, string> & { d: string }
    const changed = change(jwk, text)
    await writeFile(path, typeof changed === "string" ? changed : JSON.stringify(changed))
    const fault = await open().then(
      () => "nothing",
      (error: Error) => `${error.message} ${String(error.cause)}`,
    )
    return { path, fault, secret: jwk.d }
  }

  it.each([
    ["that is empty", () => ""],
    ["that is cut off", (_: object, text: string) => text.slice(0, -30)],
    ["that is no key", () => ({})],
    ["that is null", () => null],
    ["without its private part", ({ d: _, ...rest }: Record<string, string>) => rest],
    [
      "with another key's public part",
      (jwk: object) => ({ ...jwk, x: "voxLzgPuguEAw5iQWZfEeUdZ7YFPctFT47ylZy_TQ64" }),
    ],
    [
      "with a private part that is not its own",
      (jwk: object) => ({ ...jwk, d: "GDhVMk1St-zrfIl_XWjmJl2w2CmCFFGbIyNuwWrrw7g" }),
    ],
    ["with another key's id", (jwk: object) => ({ ...jwk, kid: "another" })],
    ["without a date", (jwk: object) => ({ ...jwk, created: "once" })],
  ])("%s is named at start, with the way out and without its secret", async (_, change) => {
    const { path, fault, secret } = await damage(change)
    expect(fault).toContain(path)
    expect(fault).toContain("Bring it back from a backup; or remove it")
    expect(fault).not.toContain(secret)
  })
})

describe("Rotating", () => {
  it("makes a key that signs, while the old one verifies, after the next start too", async () => {
    const keys = await open()
    const old = keys.newest.kid
    const kid = await keys.rotate()
    for (const each of [keys, await open()]) {
      expect(each.newest.kid).toBe(kid)
      expect(each.find(old)).toBeDefined()
      expect(each.published().keys.map((key) => key.kid)).toEqual([kid, old])
    }
  })

  it("makes the key that signs although the clock was set back", async () => {
    await open(noon)
    const keys = await open(noon - 86_400_000)
    expect(await keys.rotate()).toBe(keys.newest.kid)
  })

  it("removes a key once nothing that it signed is of use, and never the one that signs", async () => {
    const old = (await open(noon)).newest.kid
    const keys = await open(noon + 1000)
    await keys.rotate()
    expect(await keys.retire(noon + 1000)).toEqual([])
    expect(await keys.retire(noon + 1001)).toEqual([old])
    expect(await keys.retire(noon + 1e9)).toEqual([])
    expect(keys.find(old)).toBeUndefined()
    expect(await readdir(keysFolder)).toEqual([`${keys.newest.kid}.json`])
  })
})
