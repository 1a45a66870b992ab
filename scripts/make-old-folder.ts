/**
 * Makes test/fixtures/folder-of-format-<n>.json.gz: a data folder as this version writes it, which later versions must go on
 * reading. Run once for each format, before it is released, and never again for the same one:
 * `npx tsx --conditions=source scripts/make-old-folder.ts N`, with the format's number
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { startServer } from "@doorstream/server"
import { embeddedLog } from "../packages/server/src/log/embedded/log.js"
import { openFolder } from "../packages/server/src/log/embedded/folder.js"
import { callFolder } from "../packages/server/src/operate.js"
import { firstReceived, oldEntries, oldName, otherSystem } from "../test/fixtures/old-folder.js"
import { serverSettings, systemId } from "../test/support/house.js"

const path = mkdtempSync(join(tmpdir(), "doorstream-old-"))

/** Registry and keys are written by a server, with the building of the tests in it. */
const silent = () => undefined
const server = await startServer(serverSettings(path), { info: silent, warn: silent, error: silent })
await server.close()
await callFolder(path, "POST", "/clients", { name: oldName, systems: [systemId], scopes: ["listen"] })

/** The log has forgotten its first events, has events of two systems, and one that is longer than a page. */
const folder = await openFolder(path)
const kept = { age: 100, bytes: Infinity }
const log = embeddedLog(folder, { retention: kept, now: () => firstReceived + 200 })
await log.append(systemId, oldEntries(200))
await log.append(otherSystem, oldEntries(5))
await log.sweep()
await log.append(otherSystem, oldEntries(5))
await log.close()
await folder.close()

const target = fileURLToPath(
  new URL(`../test/fixtures/folder-of-format-${Number(process.argv[2])}.json.gz`, import.meta.url),
)
if (existsSync(target)) throw new Error(`${target} is there already. What was released is never made again.`)
const keys = readdirSync(join(path, "keys")).map((name) => `keys/${name}`)
const files = ["data.mdb", ...keys].map((name) => [name, readFileSync(join(path, name)).toString("base64")])
writeFileSync(target, gzipSync(JSON.stringify(Object.fromEntries(files)), { level: 9 }))
rmSync(path, { recursive: true })
console.log(target)
