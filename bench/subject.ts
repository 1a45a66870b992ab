/** A server under measurement in a process of its own, and what is posted to it. */
import { fork, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { demoBuilding } from "@doorstream/simulator"
import type { Used } from "./child.js"

const { system, cloudNode, devices, holders } = demoBuilding

/** A topic with no `liveEvent` beside it: one report is one event. */
export const topic = "device.input.dps.opened"

/** A topic that tells of a person and a card. */
export const requestTopic = "device.request.allowed"

const [someone] = holders
const { facilityCode, cardNumber } = someone!.credentials[0]!
const request = { holderId: someone!.id, requestFactor: "CARD_ONLY", facilityCode, cardNumber }

export interface Subject {
  readonly name: string
  readonly url: string
  /** Good for listening and reporting; empty for a server that asks for none. */
  readonly token: string
  /** Posts so many reports in one request; resolves when it was answered, with the number of the last of them. */
  post(size: number, topic?: string): Promise<number>
  /** Posts with a fresh token from now on. */
  renew(): Promise<void>
  used(): Promise<Used>
  end(): void
}

let count = 0
const firstOccurred = 1_719_356_407_640
const postedAt: number[] = []

/** The number of a report, by which its event can be told: it occurred so many milliseconds after the first. */
export const numberOf = (occurred: number): number => occurred - firstOccurred

/** The number that the next report will have. */
export const nextNumber = (): number => count + 1

/** When the report of this number was posted, by `performance.now()`. */
export const whenPosted = (number: number): number => postedAt[number]!

/** One report, or an array of them, under ids that count on. */
function reports(size: number, about: string): string {
  const now = performance.now()
  const some = Array.from({ length: size }, () => ({
    id: `bench-${(count += 1)}`,
    topic: about,
    occurred: firstOccurred + count,
    body: { deviceId: devices[0]!.id, ...(about === requestTopic ? request : {}) },
  }))
  for (const { occurred } of some) postedAt[numberOf(occurred)] = now
  return JSON.stringify(size === 1 ? some[0] : some)
}

/**
 * A token for listening and reporting.
 *
 * @param limits what it is limited to
 * @param client whose it is, where it is not the benchmark's own
 */
export async function requestToken(
  url: string,
  limits?: object,
  client = { id: "bench", secret: "bench" },
): Promise<string> {
  const post = async (path: string, authorization: string, body: string | URLSearchParams) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { Authorization: authorization },
      body,
    })
    return (await answer.json()) as Record<string, string>
  }
  const form = new URLSearchParams({ grant_type: "client_credentials" })
  const { id_token } = await post("/oauth2/token", `Basic ${btoa(`${client.id}:${client.secret}`)}`, form)
  return (
    await post(
      `/api/systems/${system.id}/token`,
      `Bearer ${id_token}`,
      limits === undefined ? "" : JSON.stringify(limits),
    )
  )["token"]!
}

async function ask(child: ChildProcess): Promise<Used> {
  child.send("used")
  const [used] = (await once(child, "message")) as [Used]
  return used
}

/**
 * Starts one of the `*.child.ts` here; Doorstream with everything on where its name begins so.
 *
 * @param told what the server is told of this benchmark
 */
export async function start(name: string, script: string, told: readonly string[] = []): Promise<Subject> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), told, {
    execArgv: ["--expose-gc", "--import", "tsx", "--conditions=source"],
  })
  const [{ url }] = (await once(child, "message")) as [{ url: string }]
  const token = name.startsWith("doorstream") ? await requestToken(url) : ""
  let reporting = token
  return {
    name,
    url,
    token,
    renew: async () => void (reporting = await requestToken(url)),
    post: async (size, about = topic) => {
      const body = reports(size, about)
      const last = count
      const answer = await fetch(`${url}/${system.id}/cloud-nodes/${cloudNode.id}/reports`, {
        method: "POST",
        headers: { Authorization: `Bearer ${reporting}` },
        body,
      })
      if (!answer.ok) throw new Error(`${name} answered ${answer.status}`)
      await answer.arrayBuffer()
      return last
    },
    used: () => ask(child),
    end: () => void child.send("end"),
  }
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!

/** The value that this share of the numbers does not exceed; of none, NaN. */
export const percentile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(numbers.length * share) - 1)] ?? NaN

/** Whether `-- short` was asked for: a try in less than half a minute. */
export const isShort = process.argv.includes("short")

export const inWhole = (number: number): string => Math.round(number).toLocaleString("en")
