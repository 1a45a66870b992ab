/**
 * What the state of a system of 10,000 doors costs: to be told, in time and bytes, and to be kept up to date, event by event.
 * No network. `npm run bench:state`
 */
import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import { emptyState, fold, stateTopics, type Device, type TopicName } from "@doorstream/contract"
import type { Registry, Row } from "../packages/server/src/core/ports.js"
import { StateBook } from "../packages/server/src/core/state-book.js"
import { showState } from "../packages/server/src/core/state-shown.js"
import { wholeGrant } from "../packages/server/src/core/verified.js"
import { inWhole, median } from "./subject.js"

const doors = 10_000
const rounds = 9

const idOf = (kind: string, n: number): string =>
  `${kind}${String(n).padStart(7, "0")}-0d31-4f0e-8a64-1d9c3e5b7f20`
const devices = Array.from(
  { length: doors },
  (_, n) =>
    ({
      id: idOf("d", n),
      name: `Door ${n}`,
      connectionId: idOf("c", n % 1000),
      port: n % 4,
      cloudNodeId: idOf("e", n % 250),
    }) as Device,
)
const topics = [...stateTopics].filter((topic) => topic.startsWith("device."))

function rowOf(
  position: number,
  topic: TopicName,
  { id, name, connectionId: connection, port, cloudNodeId }: Device,
): Row {
  const event = {
    ...{ id: idOf("f", position), topic, body: { deviceId: id, device: { id, name, connection, port } } },
    cloudNode: { id: cloudNodeId, serialNumber: cloudNodeId.slice(0, 8), name: "Cloud Node" },
    occurred: 1_719_356_407_640 + position,
  }
  return { position, topic, text: JSON.stringify(event), received: 0, reportId: "" }
}

const rows = devices.flatMap((device, n) =>
  topics.map((topic, at) => rowOf(n * topics.length + at + 1, topic, device)),
)
const book = new StateBook(0, emptyState)
/** Milliseconds of CPU: others may use the machine meanwhile. */
function cpuOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
const folded = cpuOf(() => {
  for (const row of rows) book.hear(row)
})

const registry = {
  list: (kind: string) => (kind === "device" ? devices : []),
  find: () => undefined,
} as unknown as Registry

let text = ""
const times = Array.from({ length: rounds }, () => {
  return cpuOf(() => {
    text = JSON.stringify(showState({ registry, system: "s", book }, wholeGrant, {}))
    createHash("sha256").update(text).digest()
  })
})
const { state } = book
const folding = Array.from({ length: rounds }, (_, n) => {
  const used = cpuOf(() => {
    for (let each = 0; each < 100; each += 1) {
      const row = rows[(each * 1597 + n) % rows.length]!
      fold(state, row.topic, JSON.parse(row.text) as object)
    }
  })
  return (used * 1000) / 100
})

console.log("| 10,000 doors, everything known of each | |\n|---|---|")
console.log(`| told, with its ETag | ${median(times).toFixed(0)} ms of CPU |`)
console.log(
  `| as JSON | ${(text.length / 1e6).toFixed(1)} MB, compressed ${(gzipSync(text).length / 1e6).toFixed(2)} MB |`,
)
console.log(`| an event folded, by the server | ${((folded * 1000) / rows.length).toFixed(1)} µs |`)
console.log(`| one event folded into lists, by an application | ${inWhole(median(folding))} µs |`)
