/** A server under measurement in a process of its own, and what is posted to it. */
import { fork, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { demoBuilding } from "@doorstream/simulator"
import type { Used } from "./child.js"

const { system, cloudNode, devices } = demoBuilding

/** A topic with no `liveEvent` beside it: one report is one event. */
export const topic = "device.input.dps.opened"

export interface Subject {
  readonly name: string
  readonly url: string
  /** Good for listening and reporting; empty for a server that asks for none. */
  readonly token: string
  /** Posts so many reports in one request; resolves when it was answered. */
  post(size: number): Promise<void>
  used(): Promise<Used>
  end(): void
}

let count = 0

/** One report, or an array of them, under ids that count on. */
function reports(size: number): string {
  const some = Array.from({ length: size }, () => ({
    id: `bench-${(count += 1)}`,
    topic,
    occurred: 1_719_356_407_640,
    body: { deviceId: devices[0]!.id },
  }))
  return JSON.stringify(size === 1 ? some[0] : some)
}

async function requestToken(url: string): Promise<string> {
  const post = async (path: string, authorization: string, body: string | URLSearchParams) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { Authorization: authorization },
      body,
    })
    return (await answer.json()) as Record<string, string>
  }
  const form = new URLSearchParams({ grant_type: "client_credentials" })
  const { id_token } = await post("/oauth2/token", `Basic ${btoa("bench:bench")}`, form)
  return (await post(`/api/systems/${system.id}/token`, `Bearer ${id_token}`, ""))["token"]!
}

async function ask(child: ChildProcess): Promise<Used> {
  child.send("used")
  const [used] = (await once(child, "message")) as [Used]
  return used
}

/** Starts one of the `*.child.ts` here; Doorstream with everything on where it is `doorstream`. */
export async function start(name: string, script: string): Promise<Subject> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
    execArgv: ["--expose-gc", "--import", "tsx", "--conditions=source"],
  })
  const [{ url }] = (await once(child, "message")) as [{ url: string }]
  const token = name === "doorstream" ? await requestToken(url) : ""
  return {
    name,
    url,
    token,
    post: async (size) => {
      const answer = await fetch(`${url}/${system.id}/cloud-nodes/${cloudNode.id}/reports`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
        body: reports(size),
      })
      if (!answer.ok) throw new Error(`${name} answered ${answer.status}`)
      await answer.arrayBuffer()
    },
    used: () => ask(child),
    end: () => void child.send("end"),
  }
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!

export const inWhole = (number: number): string => Math.round(number).toLocaleString("en")
