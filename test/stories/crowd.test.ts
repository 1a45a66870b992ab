/**
 * An honest crowd behind one address meets no limit: with the settings of `doorstream serve` as they are unless told, two
 * thousand listeners come at once, hear what happens, and come back when the server does. PROTOCOL §13.
 */
import { fork, spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { Agent, get, type IncomingMessage } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterEach, describe, expect, it } from "vitest"
import type { Faring } from "../support/crowd.child.js"
import { allowed, cloudNode, requestToken, systemId } from "../support/house.js"
import { Heard } from "../support/listeners.js"
import { fromSources } from "../support/program.js"

const isSoak = process.env["DOORSTREAM_SOAK"] === "1"
const crowd = 2000
const parts = 2
/** How many listeners share a token, as pages of one application do. */
const perToken = isSoak ? 1 : 20
const requestsPerSecond = 200

const folder = mkdtempSync(join(tmpdir(), "doorstream-crowd-"))
const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
  rmSync(folder, { recursive: true, force: true })
})

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, "exit")
  child.kill(signal)
  await exited
}

interface Server {
  readonly url: string
  /** The limits that stood in anybody's way. */
  hits(): Promise<string[]>
  stop(): Promise<void>
}

async function startServer(port = 0): Promise<Server> {
  const script = join(import.meta.dirname, "../support/default-server.child.ts")
  const child = spawn(process.execPath, [...fromSources, script, folder, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  ending.push(() => end(child, "SIGKILL"))
  const said = new Heard<{ text: string; port?: number; url?: string }>()
  createInterface(child.stdout).on("line", (line) => said.add(JSON.parse(line) as { text: string }))
  const [metrics, listening] = await said.atLeast(2)
  const hits = async (): Promise<string[]> => {
    const text = await (await fetch(`http://127.0.0.1:${metrics!.port}/metrics`)).text()
    return text.split("\n").filter((line) => /^doorstream_limit_hits_total.* [1-9]/.test(line))
  }
  return { url: listening!.url!, hits, stop: () => end(child, "SIGTERM") }
}

/** The crowd, in processes of its own. */
function gather(url: string, many: number) {
  const script = join(import.meta.dirname, "../support/crowd.child.ts")
  const farings = new Heard<void>()
  const latest = Array.from({ length: parts }, (): Faring => ({
    subscribed: 0,
    back: 0,
    heard: 0,
    troubles: [],
  }))
  for (let part = 0; part < parts; part++) {
    const child = fork(script, [url, String(many / parts), String(perToken)], { execArgv: fromSources })
    child.on("message", (faring: Faring) => {
      latest[part] = faring
      farings.add()
    })
    ending.push(() => end(child, "SIGKILL"))
  }
  const sum = (what: "subscribed" | "back" | "heard"): number =>
    latest.reduce((total, faring) => total + faring[what], 0)
  return {
    troubles: () => latest.flatMap(({ troubles }) => troubles),
    until: (what: "subscribed" | "back" | "heard", count: number) => farings.until(() => sum(what) >= count),
  }
}

/** Asks so often a second until it is told to end; resolves then with the answers that were not 200. */
function askOnAndOn(url: string): () => Promise<number[]> {
  const agent = new Agent({ keepAlive: true })
  const answers: Promise<number>[] = []
  const ask = async (): Promise<number> => {
    const asking = get(`${url}/health`, { agent })
    const [response] = (await once(asking, "response")) as [IncomingMessage]
    response.resume()
    return response.statusCode ?? 0
  }
  const began = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * requestsPerSecond
    while (answers.length < due) answers.push(ask())
  }, 20)
  const stop = async (): Promise<number[]> => {
    clearInterval(timer)
    const statuses = await Promise.all(answers)
    agent.destroy()
    return statuses.filter((status) => status !== 200)
  }
  ending.push(() => clearInterval(timer))
  return stop
}

async function report(url: string): Promise<void> {
  const answer = await fetch(`${url}/${systemId}/cloud-nodes/${cloudNode.id}/reports`, {
    method: "POST",
    body: JSON.stringify(allowed()),
    headers: { Authorization: `Bearer ${await requestToken(url)}` },
  })
  expect(answer.status).toBe(200)
}

/** Two of eight are plain WebSockets, which stay away. */
const thatComeBack = (many: number): number => (many / 8) * 6

describe("An honest crowd behind one address", () => {
  it(
    "of two thousand listeners is let in at once, and hears what happens, beside 200 requests a second",
    { timeout: 120_000 },
    async () => {
      const server = await startServer()
      const stopAsking = askOnAndOn(server.url)
      const many = gather(server.url, crowd)
      await many.until("subscribed", crowd)
      expect(many.troubles()).toEqual([])
      await report(server.url)
      await many.until("heard", crowd)
      expect(await stopAsking()).toEqual([])
      expect(await server.hits()).toEqual([])
      await server.stop()

      const again = await startServer(Number(new URL(server.url).port))
      await many.until("back", thatComeBack(crowd))
      await report(again.url)
      await many.until("heard", crowd + thatComeBack(crowd))
      expect(await again.hits()).toEqual([])
    },
  )
})
