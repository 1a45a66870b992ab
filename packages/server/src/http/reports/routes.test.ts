/** Reports over HTTP, up to the door of the intake. */
import { createServer, request as nodeRequest } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import { refuse } from "@doorstream/contract"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { givenTheTown, noon, type Given } from "../given.suite.js"

let given: Given
let asked: unknown[]
beforeEach(async () => {
  given = await givenTheTown()
  asked = []
  given.world.accept = (system, cloudNodeId, reports) => {
    asked.push({ system, cloudNodeId, reports })
    return Promise.resolve({ accepted: [{ id: "1", position: 7 }], refused: [] })
  }
})
afterEach(() => given.end())

const path = "/tower/cloud-nodes/one/reports"
const post = async (body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) =>
  given.app.request(path, { method: "POST", body, headers: headers ?? (await given.bearer()) })
const said = async (response: Response) => [
  response.status,
  ((await response.json()) as { code?: string }).code ?? "good",
]

describe("Reports", () => {
  it("are taken in, one or many, and the outcome is the answer", async () => {
    const response = await post('{"id":"1"}')
    expect([response.status, await response.json()]).toEqual([
      200,
      { accepted: [{ id: "1", position: 7 }], refused: [] },
    ])
    await post('[{"id":"1"},7]')
    await post("[]")
    expect(asked).toEqual([
      { system: "tower", cloudNodeId: "one", reports: [{ id: "1" }] },
      { system: "tower", cloudNodeId: "one", reports: [{ id: "1" }, 7] },
      { system: "tower", cloudNodeId: "one", reports: [] },
    ])
  })

  it("are refused as a whole where the intake says so", async () => {
    given.world.accept = () => Promise.resolve(refuse("cloud_node_unknown"))
    expect(await said(await post("[]"))).toEqual([404, "cloud_node_unknown"])
  })

  it("that cannot be written are a fault, said once in the log", async () => {
    given.world.accept = () => Promise.reject(new Error("no space left"))
    expect(await said(await post("[]"))).toEqual([503, "storage_fault"])
    expect(given.logged).toEqual([{ fault: new Error("no space left"), what: "taking in reports" }])
  })

  it.each([
    ["", "json_malformed"],
    ['{"id":', "json_malformed"],
    ["null", "report_invalid"],
    ["7", "report_invalid"],
    ['"report"', "report_invalid"],
  ])("are refused where they are none: %j", async (body, code) => {
    expect(await said(await post(body))).toEqual([400, code])
    expect(asked).toEqual([])
  })

  it("are refused where they are not UTF-8", async () => {
    expect(await said(await post(new Uint8Array([0x22, 0xff, 0x22])))).toEqual([400, "json_malformed"])
  })

  it("that stand alone and have no id are none at all, while in a batch they are refused by themselves", async () => {
    given.world.accept = () =>
      Promise.resolve({ accepted: [], refused: [{ id: null, ...refuse("report_id_invalid") }] })
    expect(await said(await post("{}"))).toEqual([400, "report_invalid"])
    expect(await said(await post("[{}]"))).toEqual([200, "good"])
  })

  it("that stand alone and have an id are refused by it", async () => {
    given.world.accept = () =>
      Promise.resolve({ accepted: [], refused: [{ id: "1", ...refuse("topic_unknown") }] })
    expect(await said(await post('{"id":"1"}'))).toEqual([200, "good"])
  })

  it("are taken in up to a thousand at once", async () => {
    expect(await said(await post(JSON.stringify(Array(1000).fill(0))))).toEqual([200, "good"])
    expect(await said(await post(JSON.stringify(Array(1001).fill(0))))).toEqual([413, "batch_too_large"])
    expect(given.world.tooMuch).toEqual(["reportsPerRequest"])
  })
})

describe("A body of more than 2 MiB", () => {
  const most = 2 * 1024 * 1024

  it("is refused, and one of just as many bytes is not", async () => {
    expect(await said(await post("[]".padEnd(most)))).toEqual([200, "good"])
    expect(await said(await post("[]".padEnd(most + 1)))).toEqual([413, "body_too_large"])
    expect(given.world.tooMuch).toEqual(["bodySize"])
  })

  it("is refused while it is still being sent, whether or not it says how long it is", async () => {
    const server = createServer((request, response) => {
      void getRequestListener(given.app.fetch, { overrideGlobalObjects: false })(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    const headers = await given.bearer()

    const sendWithoutEnd = (more: Record<string, string | number>, bytes: number) =>
      new Promise<unknown>((resolve, reject) => {
        const sending = nodeRequest(
          { port, path, method: "POST", headers: { ...headers, ...more } },
          (response) => {
            response.resume()
            resolve([response.statusCode, response.headers.connection])
            sending.destroy()
          },
        )
        sending.once("error", reject)
        sending.flushHeaders()
        if (bytes > 0) sending.write(Buffer.alloc(bytes, " "))
      })
    expect(await sendWithoutEnd({ "Transfer-Encoding": "chunked" }, most + 1)).toEqual([413, "close"])
    expect(await sendWithoutEnd({ "Content-Length": most + 1 }, 0)).toEqual([413, "close"])
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
})

describe("Whoever may not report", () => {
  it("is told why, before the body is looked at", async () => {
    expect(await said(await post("x", {}))).toEqual([401, "token_missing"])
    expect(await said(await post("x", { Authorization: "Bearer x" }))).toEqual([401, "token_malformed"])
    expect(await said(await post("x", await given.bearer("ear")))).toEqual([403, "scope_missing"])
    const elsewhere = await given.app.request("/annex/cloud-nodes/one/reports", {
      method: "POST",
      headers: await given.bearer(),
    })
    expect(await said(elsewhere)).toEqual([403, "system_mismatch"])
  })

  it("is refused from the token's expiry on, although a stream would still open", async () => {
    const headers = await given.bearer()
    given.world.now = noon + 299_999
    expect(await said(await post("[]", headers))).toEqual([200, "good"])
    given.world.now = noon + 300_000
    const response = await post("[]", headers)
    expect(response.headers.get("WWW-Authenticate")).toBe('Bearer error="invalid_token"')
    expect(await said(response)).toEqual([401, "token_expired"])
  })
})
