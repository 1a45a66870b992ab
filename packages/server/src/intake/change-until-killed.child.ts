/**
 * A process of change-kill.test.ts: changes the registry from many sides at once, with events and the audit, says what
 * was answered, and ends only by being killed.
 */
import { openFolder } from "../log/embedded/folder.js"
import { embeddedLog } from "../log/embedded/log.js"
import { embeddedRegistry } from "../registry/embedded.js"
import { openChanges } from "./change.js"

const [path = "", round = "", system = ""] = process.argv.slice(2)
const folder = await openFolder(path)
const log = embeddedLog(folder, { retention: { age: Infinity, bytes: Infinity }, now: () => 0 })
const registry = embeddedRegistry(folder, (events, beside) => log.append(system, events.entries, beside))
let made = 0
const change = openChanges({ registry, now: () => 1, freshId: () => `${round}/event ${++made}` })
const by = { id: "a client", name: "A client", from: "192.0.2.7" }

async function changeForEver(side: number): Promise<never> {
  for (let n = 0; ; n++) {
    const id = `${round}/${side}/${n}`
    // Every second one causes an event: then the log writes it all.
    const node = { id, name: id, serialNumber: id, timezone: "UTC", cardFormat: [], created: "" }
    const group = { id, name: id, created: "" }
    await change(system, by, () => ({
      changes: [
        n % 2 === 0 ? { kind: "cloudNode", system, value: node } : { kind: "group", system, value: group },
      ],
      answer: id,
    }))
    process.stdout.write(`${id} .\n`)
  }
}

await Promise.all([0, 1, 2, 3].map(changeForEver))
