/**
 * A server for the foot's tests: real HTTP, the endpoints that a reporter uses, answered as Doorstream answers them,
 * and the troubles that a network has. It keeps what it accepted, each id once.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import {
  refusals,
  refuse,
  type CloudNode,
  type Connection,
  type Device,
  type Holder,
  type Rule,
  type RefusalCode,
} from "@doorstream/contract"
import { readReport } from "@doorstream/contract/validate"

export interface Registered {
  readonly systemId: string
  readonly cloudNodes: readonly CloudNode[]
  readonly connections: readonly Connection[]
  readonly devices: readonly Device[]
  readonly holders: readonly Holder[]
  readonly rules?: readonly Rule[]
}

/** What may go wrong with the next request for reports. */
export type Trouble =
  | { readonly answers: RefusalCode; readonly retryAfter?: number }
  /** Nothing of the request is kept, and there is no answer. */
  | "drops"
  /** The reports are kept, and the answer breaks off in its middle. */
  | "cuts"
  /** The reports are kept, and there is never an answer. */
  | "hangs"
  /** Only the first report is answered for. */
  | "forgets"

interface Asked {
  readonly method: string
  readonly url: URL
  readonly authorization: string
  readonly text: string
}

export class TestServer {
  readonly asked: Asked[] = []
  /** Reports in the order in which they were accepted, each once. */
  readonly accepted: { readonly id: string; readonly topic: string; readonly occurred: number }[] = []
  /** The ids of every request for reports. */
  readonly batches: string[][] = []
  /** The most requests for reports that were open at the same time. */
  mostAtOnce = 0
  troubles: Trouble[] = []
  readonly secret = "demo-secret"
  /** The life of system tokens, in seconds. */
  tokenLife = 300
  /** The most reports that are read at once. */
  limit = 1000
  #tokens = 0
  #validFrom = 0
  #open = 0
  #port = 0
  #gate: Promise<void> | undefined
  #server: Server | undefined
  readonly #waiting = new Set<() => void>()

  constructor(public registered: Registered) {}

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens, on the port that it had before. */
  async listen(): Promise<this> {
    const server = createServer((request, response) => void this.#take(request, response))
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) =>
      this.#server === undefined ? resolve(undefined) : this.#server.close(resolve),
    )
    this.#server = undefined
  }

  /** Refuses all tokens that were given until now. */
  revokeTokens(): void {
    this.#validFrom = this.#tokens
  }

  /** Keeps the next request for reports waiting until the function that is returned is called. */
  hold(): () => void {
    let release = (): void => {}
    this.#gate = new Promise<void>((resolve) => (release = resolve))
    return () => release()
  }

  /** Resolves once the condition holds; it is tried after every request. */
  async until(condition: (server: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ""
    for await (const chunk of request.setEncoding("utf8")) text += chunk
    const { method = "", headers } = request
    const asked = {
      method,
      url: new URL(request.url ?? "/", this.url),
      authorization: headers.authorization ?? "",
      text,
    }
    this.asked.push(asked)
    try {
      await this.#answer(asked, response)
    } finally {
      this.#changed()
    }
  }

  async #answer(asked: Asked, response: ServerResponse): Promise<void> {
    const { systemId } = this.registered
    const path = `${asked.method} ${asked.url.pathname}`
    if (path === "POST /oauth2/token") return this.#giveIdToken(asked, response)
    if (path === `POST /api/systems/${systemId}/token`) return this.#giveSystemToken(asked, response)
    if (!this.#isValid(asked.authorization, "system")) return fail(response, "token_expired")
    const [system, noun, cloudNodeId, part] = asked.url.pathname.slice(1).split("/")
    if (system !== systemId) return fail(response, "system_mismatch")
    if (asked.method === "POST" && part === "reports") return this.#takeReports(asked.text, response)
    const { cloudNodes, connections, devices, holders, rules = [] } = this.registered
    if (noun === "rules") return page(asked.url, rules, response)
    if (noun === "holders") return page(asked.url, holders, response)
    if (noun === "cloud-nodes" && cloudNodeId === undefined) return page(asked.url, cloudNodes, response)
    if (!cloudNodes.some(({ id }) => id === cloudNodeId)) return fail(response, "cloud_node_unknown")
    const mine = devices.filter((device) => device.cloudNodeId === cloudNodeId)
    return page(
      asked.url,
      mine.map((device) => deviceJson(device, connections)),
      response,
    )
  }

  #giveIdToken({ authorization, text }: Asked, response: ServerResponse): void {
    const right = `Basic ${Buffer.from(`demo:${this.secret}`).toString("base64")}`
    if (authorization !== right) return send(response, 401, { error: "invalid_client" })
    if (new URLSearchParams(text).get("grant_type") !== "client_credentials") {
      return send(response, 400, { error: "unsupported_grant_type" })
    }
    const token = this.#sign("id")
    send(response, 200, { token_type: "Bearer", access_token: token, id_token: token, expires_in: 300 })
  }

  #giveSystemToken({ authorization }: Asked, response: ServerResponse): void {
    if (!this.#isValid(authorization, "id")) return fail(response, "token_wrong_kind")
    send(response, 200, { token: this.#sign("system") })
  }

  /** Tokens look like tokens, but are only numbered: nothing is signed here. */
  #sign(kind: "id" | "system"): string {
    const iat = Math.floor(Date.now() / 1000)
    const claims = { kind, number: ++this.#tokens, iat, exp: iat + (kind === "id" ? 300 : this.tokenLife) }
    return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.unsigned`
  }

  #isValid(authorization: string, kind: "id" | "system"): boolean {
    const payload = /^Bearer e30\.(.+)\.unsigned$/.exec(authorization)?.[1]
    if (payload === undefined) return false
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>
    return (
      claims.kind === kind &&
      Number(claims.number) > this.#validFrom &&
      Number(claims.exp) * 1000 > Date.now()
    )
  }

  async #takeReports(text: string, response: ServerResponse): Promise<void> {
    const reports = JSON.parse(text) as { id: string }[]
    this.batches.push(reports.map(({ id }) => id))
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#open)
    this.#changed()
    await this.#gate
    this.#gate = undefined
    this.#open--
    const trouble = this.troubles.shift()
    if (reports.length > this.limit) return fail(response, "batch_too_large")
    if (typeof trouble === "object") return fail(response, trouble.answers, trouble.retryAfter)
    if (trouble === "drops") return void response.destroy()
    const outcome = this.#accept(trouble === "forgets" ? reports.slice(0, 1) : reports)
    if (trouble === "hangs") return
    if (trouble === "cuts") return cut(response, outcome)
    send(response, 200, outcome)
  }

  #accept(reports: readonly { id: string }[]): object {
    const outcome = { accepted: [] as object[], refused: [] as object[] }
    for (const value of reports) {
      const report = readReport(value)
      if ("code" in report) {
        outcome.refused.push({ id: value.id, ...report })
        continue
      }
      const known = this.accepted.findIndex(({ id }) => id === report.id)
      if (known < 0) this.accepted.push(report)
      outcome.accepted.push({ id: report.id, position: known < 0 ? this.accepted.length : known + 1 })
    }
    return outcome
  }
}

const deviceJson = (
  { connectionId, cloudNodeId: _, ...device }: Device,
  connections: readonly Connection[],
): object => {
  const { id, name, type } = connections.find((connection) => connection.id === connectionId) as Connection
  return { ...device, connection: { id, name, type } }
}

function page(url: URL, all: readonly object[], response: ServerResponse): void {
  const [number, size] = [
    Number(url.searchParams.get("page") ?? 0),
    Number(url.searchParams.get("per_page") ?? 10),
  ]
  if (size > 100) return fail(response, "request_invalid")
  response.setHeader("X-Total-Count", all.length)
  send(response, 200, all.slice(number * size, (number + 1) * size))
}

function fail(response: ServerResponse, code: RefusalCode, retryAfter?: number): void {
  if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter)
  send(response, refusals[code].status, refuse(code))
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}

/** Sends half of the answer, then nothing more. */
function cut(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(200, { "content-type": "application/json", "content-length": text.length })
  response.write(text.slice(0, text.length / 2), () => response.destroy())
}
