/** Doorstream with everything on, for the fan-out benchmark: durable log, token checks, registry. */
import { createHash, randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startServer } from "@doorstream/server"
import { demoBuilding } from "@doorstream/simulator"
import { openIssuer } from "../packages/server/src/tokens/issue.js"
import { openKeys } from "../packages/server/src/tokens/keys.js"
import { serveParent } from "./child.js"
import { nodeOfNumber } from "./many-nodes.js"

const { system, cloudNode, connections, devices, holders } = demoBuilding
/** How long a token lives, in seconds; and a folder that is there already, which is left to whoever made it. */
const [lifetime = "3600", given] = process.argv.slice(2)
const dataFolder = given ?? (await mkdtemp(join(tmpdir(), "doorstream-bench-")))
const client = {
  id: "bench",
  name: "The benchmark",
  secretHash: createHash("sha256").update("bench").digest("hex"),
  systems: [system.id],
  scopes: ["listen", "report", "manage", "command"],
  created: system.created,
} as const
const server = await startServer(
  {
    host: "127.0.0.1",
    port: 0,
    dataFolder,
    systemTokenLifetime: Number(lifetime),
    expiredTokenGrace: 86_400_000,
    keyAge: 86_400_000,
    retention: { age: 86_400_000, bytes: 100e9 },
    heartbeat: { interval: 600_000, timeout: 20_000 },
    nodes: { reportsPerSecond: Infinity },
    demo: {
      client,
      building: [
        { kind: "system", system: "", value: system },
        { kind: "cloudNode", system: system.id, value: cloudNode },
        ...Array.from({ length: 1000 }, (_, index) => nodeOfNumber(index)).flatMap(({ node, door }) => [
          { kind: "cloudNode" as const, system: system.id, value: node },
          { kind: "device" as const, system: system.id, value: door },
        ]),
        ...connections.map((value) => ({ kind: "connection" as const, system: system.id, value })),
        ...devices.map((value) => ({ kind: "device" as const, system: system.id, value })),
        ...holders.map((value) => ({ kind: "holder" as const, system: system.id, value })),
      ],
    },
  },
  { info: () => undefined, warn: console.warn, error: console.error },
)

/** Tokens as the server issues them, signed with its own key, all at the same moment: they lapse at the same one. */
async function issue(count: number): Promise<readonly string[]> {
  const moment = Date.now()
  const { issueSystemToken } = openIssuer({
    keys: await openKeys(dataFolder, Date.now),
    publicUrl: () => server.url,
    now: () => moment,
    systemTokenLifetime: Number(lifetime),
    freshId: randomUUID,
  })
  return Promise.all(Array.from({ length: count }, () => issueSystemToken(client, system.id)))
}

const close = async (): Promise<void> => {
  await server.close()
  if (given === undefined) await rm(dataFolder, { recursive: true, force: true })
}
serveParent(server.url, close, issue)
