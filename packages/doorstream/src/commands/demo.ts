/** `doorstream demo`, which is `npm start`: the server with a virtual building in it, for this machine only. */
import { createHash } from "node:crypto"
import { isIP } from "node:net"
import { scopes, type Demo, type RunningServer } from "@doorstream/server"
import { demoBuilding, openSimulation, runVisits } from "@doorstream/simulator"
import { openToTriggers } from "../buildings/open-to-triggers.js"
import { demoClientId, demoClientSecret, demoSystemId } from "../demo-account.js"
import { runServer } from "../run-server.js"
import { Plight, remark, say } from "../say.js"
import { readSettings, settings as table } from "../settings.js"
import { welcome } from "./welcome.js"

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."))

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex")

function makeDemo(): Demo {
  const { system, cloudNode, connections, devices, holders, rules } = demoBuilding
  return {
    client: {
      id: demoClientId,
      name: "The demo",
      secretHash: hashOf(demoClientSecret),
      systems: [demoSystemId],
      // Everybody knows its secret: it operates nothing.
      scopes: scopes.filter((scope) => scope !== "operate"),
      created: system.created,
    },
    building: [
      { kind: "system", system: "", value: system },
      { kind: "cloudNode", system: system.id, value: cloudNode },
      ...connections.map((value) => ({ kind: "connection" as const, system: system.id, value })),
      ...devices.map((value) => ({ kind: "device" as const, system: system.id, value })),
      ...holders.map((value) => ({ kind: "holder" as const, system: system.id, value })),
      ...rules.map((value) => ({ kind: "rule" as const, system: system.id, value })),
    ],
  }
}

/** Lets people walk through the building, and technicians come by; returns what ends it. */
function bringToLife(url: string): () => Promise<void> {
  const ending = new AbortController()
  const { signal } = ending
  const account = { url, clientId: demoClientId, clientSecret: demoClientSecret, systemId: demoSystemId }
  const onTrouble = (trouble: string): void => remark(`doorstream: the virtual building: ${trouble}`)
  const live = async (): Promise<void> => {
    const { rexUnlocks, cloudNode } = demoBuilding
    // What a demo that was cut short has left registered is nobody's. Other cloud nodes are somebody else's building.
    const its = { rexUnlocks, cloudNodes: [cloudNode.id], takeOver: true }
    const simulation = await openSimulation({ ...account, ...its, signal, onTrouble })
    const close = await openToTriggers(demoSystemId, simulation, remark)
    try {
      await simulation.run()
    } finally {
      await close()
    }
  }
  const living = [live(), runVisits({ ...account, signal, onTrouble })].map((part) =>
    part.catch((error: unknown) => {
      if (!signal.aborted) remark(`doorstream: the virtual building has stopped: ${String(error)}`)
    }),
  )
  return async () => {
    ending.abort()
    await Promise.all(living)
  }
}

export async function demo(): Promise<void> {
  const settings = readSettings(process.env, {
    DOORSTREAM_PUBLIC_URL: "http://127.0.0.1",
    DOORSTREAM_LOG: "warn",
    // Buildings are virtual here, and may go faster than the world.
    DOORSTREAM_NODE_REPORTS_PER_SECOND: "20000",
  })
  if (!isLoopback(settings.HOST))
    throw new Plight(
      `The demo's API client is known to everybody, so HOST must be a loopback address; it is ${settings.HOST}. ` +
        "For other machines run: doorstream serve",
    )
  const { DOORSTREAM_PUBLIC_URL: publicUrl } = process.env
  await runServer({
    settings,
    logTo: process.stderr,
    ...(publicUrl ? { publicUrl } : {}),
    demo: makeDemo(),
    started: async (server: RunningServer) => {
      const kept = await server.eventsKept()
      say(
        welcome({
          url: server.url,
          isUsual: server.url === `http://127.0.0.1:${table.PORT.otherwise}`,
          kept,
          settings,
        }),
      )
      return bringToLife(server.url)
    },
  })
}
