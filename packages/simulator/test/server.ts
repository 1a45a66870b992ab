/** A server for the tests of REST: real HTTP, the tokens as Doorstream gives them, and a list to read. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { refusals, refuse, type RefusalCode } from "@doorstream/contract"
import { demoBuilding } from "../src/demo-building.js"

export const systemId = demoBuilding.system.id

/** Is never answered. */
export const silentPath = `/${systemId}/silence`

interface Asked {
  readonly method: string
  readonly url: URL
  readonly authorization: string
  readonly text: string
}

export class TestServer {
  readonly asked: Asked[] = []
  readonly secret = "demo-secret"
  /** The life of system tokens, in seconds. */
  tokenLife = 300
  #tokens = 0
  #validFrom = 0
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  static async listen(): Promise<TestServer> {
    const server = new TestServer()
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve))
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The API client that it knows. */
  get client() {
    return { url: this.url, clientId: "demo", clientSecret: this.secret, systemId }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Refuses all tokens that were given until now. */
  revokeTokens(): void {
    this.#validFrom = this.#tokens
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ""
    for await (const chunk of request.setEncoding("utf8")) text += chunk
    const { method = "", headers } = request
    const url = new URL(request.url ?? "/", this.url)
    const asked = { method, url, authorization: headers.authorization ?? "", text }
    this.asked.push(asked)
    this.#answer(asked, response)
  }

  #answer(asked: Asked, response: ServerResponse): void {
    const path = `${asked.method} ${asked.url.pathname}`
    if (path === "POST /oauth2/token") return this.#giveIdToken(asked, response)
    if (path === `POST /api/systems/${systemId}/token`) return this.#giveSystemToken(asked, response)
    if (!this.#isValid(asked.authorization, "system")) return fail(response, "token_expired")
    if (asked.url.pathname === silentPath) return
    response.setHeader("X-Total-Count", demoBuilding.holders.length)
    send(response, 200, demoBuilding.holders)
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
}

function fail(response: ServerResponse, code: RefusalCode): void {
  send(response, refusals[code].status, refuse(code))
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}
