/** Data folders of every format that was released are read as they were written, and go on (issue 10, point 8). */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { gunzipSync } from "node:zlib"
import { startServer, verifyFolder } from "@doorstream/server"
import { demoBuilding } from "@doorstream/simulator"
import { afterEach, describe, expect, it } from "vitest"
import { openFolder } from "../../packages/server/src/log/embedded/folder.js"
import { embeddedLog } from "../../packages/server/src/log/embedded/log.js"
import { callFolder } from "../../packages/server/src/operate.js"
import { embeddedRegistry } from "../../packages/server/src/registry/embedded.js"
import { oldEntries, oldName, otherSystem } from "../fixtures/old-folder.js"
import { requestToken, serverSettings, systemId } from "../support/house.js"

const fixtures = join(import.meta.dirname, "..", "fixtures")
const releases = readdirSync(fixtures).filter((name) => name.startsWith("folder-of-format-"))

const places: string[] = []
afterEach(() => {
  for (const place of places.splice(0)) rmSync(place, { recursive: true })
})

function unpack(name: string): string {
  const path = mkdtempSync(join(tmpdir(), "doorstream-old-"))
  places.push(path)
  const packed = gunzipSync(readFileSync(join(fixtures, name))).toString()
  for (const [file, bytes] of Object.entries(JSON.parse(packed) as Record<string, string>)) {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), Buffer.from(bytes, "base64"))
  }
  return path
}

/** The rows that entries make, without their positions. */
const rowsOf = (entries: ReturnType<typeof oldEntries>) =>
  entries.flatMap(({ reportId, received, events }) =>
    events.map(({ topic, text }, at) => ({ topic, text, received, reportId: at === 0 ? reportId : "" })),
  )

const everything = { retention: { age: Infinity, bytes: Infinity }, now: Date.now }
const bounds = { rows: 100_000, milliseconds: 60_000 }

it("Folders of the formats before this one are among those that were kept", () => {
  expect(releases).toEqual([1, 2, 3].map((format) => `folder-of-format-${format}.json.gz`))
})

describe.each(releases)("The %s", (name) => {
  it("holds the log that was written: what is kept, at its positions, and the ids of its reports", async () => {
    const folder = await openFolder(unpack(name))
    const log = embeddedLog(folder, everything)
    const entries = oldEntries(200)
    const before = rowsOf(entries.slice(0, 100)).length
    const { rows, first } = await log.read(systemId, 1, bounds)
    expect(first).toBe(before + 1)
    const due = rowsOf(entries.slice(100))
    expect(rows).toEqual(due.map((row, at) => ({ ...row, position: first + at })))
    const [again] = await log.append(systemId, [entries[100]!])
    expect(again).toEqual({ position: first, repeated: true })
    const [forgotten] = await log.append(systemId, [entries[0]!])
    expect(forgotten).toEqual({ position: first + due.length, repeated: false })

    const others = await log.read(otherSystem, 1, bounds)
    expect(others.rows.map(({ position }) => position)).toEqual([8, 9, 10, 11, 12, 13, 14])
    expect(await log.extent(otherSystem)).toMatchObject({
      epoch: expect.stringMatching(/^[\da-f-]{36}$/),
      first: 8,
      last: 14,
    })
    await log.close()
    await folder.close()
  })

  it("holds the registry that was written", async () => {
    const path = unpack(name)
    const folder = await openFolder(path)
    const registry = embeddedRegistry(folder)
    expect(registry.list("device", systemId)).toEqual(demoBuilding.devices)
    expect(registry.list("connection", systemId)).toEqual(demoBuilding.connections)
    expect(registry.list("holder", systemId)).toEqual(demoBuilding.holders)
    expect(registry.find("cloudNode", systemId, demoBuilding.cloudNode.id)).toEqual(demoBuilding.cloudNode)
    await folder.close()
    expect((await callFolder(path, "GET", "/clients")).body).toEqual([
      expect.objectContaining({ name: oldName, systems: [systemId], scopes: ["listen"] }),
    ])
  })

  it("is served with its own keys, and is well when it is verified", async () => {
    const path = unpack(name)
    const silent = (): undefined => undefined
    const server = await startServer(serverSettings(path), { info: silent, warn: silent, error: silent })
    const key = readdirSync(join(path, "keys")).find((file) => file.endsWith(".json"))
    const token = await requestToken(server.url)
    await server.close()
    const [head = ""] = token.split(".")
    expect(JSON.parse(Buffer.from(head, "base64url").toString())).toMatchObject({
      kid: key!.replace(".json", ""),
    })
    expect((await verifyFolder(path, silent)).findings).toEqual([])
  })
})
