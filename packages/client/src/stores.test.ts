import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { fileStore } from "./file-store.js"
import { localStorageStore } from "./local-storage.js"

describe("A store in a file", () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "doorstream-client-"))))
  afterEach(() => rm(folder, { recursive: true }))

  it("has nothing at first, then the newest cursor, and leaves nothing beside it", async () => {
    const path = join(folder, "cursor")
    const store = fileStore(path)
    expect(await store.load()).toBeUndefined()
    await store.save("1.a.b")
    await store.save("1.a.c")
    expect(await fileStore(path).load()).toBe("1.a.c")
    expect(await readdir(folder)).toEqual(["cursor"])
  })

  it("takes an empty file, which a full disk or an editor may leave, for what it is: no place to go on from", async () => {
    const path = join(folder, "cursor")
    await writeFile(path, "\n")
    await expect(async () => fileStore(path).load()).rejects.toThrow("is empty")
  })

  it("throws what the file system says, but that there is no file yet", async () => {
    await expect(async () => fileStore(folder).load()).rejects.toThrow("EISDIR")
    const store = fileStore(join(folder, "nowhere", "cursor"))
    expect(await store.load()).toBeUndefined()
    await expect(async () => store.save("1.a.b")).rejects.toThrow("ENOENT")
  })
})

describe("A store in localStorage", () => {
  afterEach(() => void Reflect.deleteProperty(globalThis, "localStorage"))

  it("keeps a cursor under its key", () => {
    const items = new Map<string, string>()
    Object.assign(globalThis, {
      localStorage: {
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, text: string) => items.set(key, text),
      },
    })
    const store = localStorageStore("doors")
    expect(store.load()).toBeNull()
    store.save("1.a.b")
    expect(store.load()).toBe("1.a.b")
    expect([...items]).toEqual([["doors", "1.a.b"]])
  })

  it("throws where there is none", () => {
    expect(() => localStorageStore("doors").load()).toThrow(TypeError)
  })
})
