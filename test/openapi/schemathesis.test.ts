/**
 * The running server, fuzzed by schemathesis after its own document: no answer is a fault of the server, none is other
 * than the document has it. DOORSTREAM_SOAK=1 makes up sixteen times as much. PROTOCOL §17.
 */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, it } from "vitest"
import { obeys, servedVersions } from "../support/commanding.js"
import {
  clientId,
  clientSecret,
  cloudNode,
  openHouse,
  someone,
  systemId,
  type House,
} from "../support/house.js"
import { openRawNode, registerPanel, type RawNode } from "../support/raw-node.js"
import { openStreamEnder, type StreamEnder } from "./end-streams.js"

const program = fileURLToPath(new URL("../../.ci/out/schemathesis/bin/schemathesis", import.meta.url))

/** Why nothing is fuzzed here, or nothing. */
const whyNot = existsSync(program)
  ? undefined
  : "The document of REST is not fuzzed: run .ci/install-schemathesis, which needs Python 3.10 with venv."

const isSoak = process.env["DOORSTREAM_SOAK"] === "1"
const examples = isSoak ? 80 : 5
const within = isSoak ? 900_000 : 240_000

let house: House
let node: RawNode
let ender: StreamEnder
let folder: string
beforeAll(async () => {
  house = await openHouse({ systemTokenLifetime: within / 1000 })
  node = await openRawNode(house.url)
  await node.enter(cloudNode.serialNumber, await registerPanel(house), servedVersions)
  obeys(node)
  ender = await openStreamEnder(house.url)
  folder = await mkdtemp(join(tmpdir(), "doorstream-schemathesis-"))
})
afterAll(() => node.socket.terminate())
afterAll(() => Promise.all([ender.close(), house.close(), rm(folder, { recursive: true, force: true })]))

/** Makes a cloud node beside the one that does as it is commanded: its panel may come and go. */
async function createSpareNode(token: string): Promise<string> {
  const body = JSON.stringify({ name: "Spare", serialNumber: "0000SPARE" })
  const made = await house.post(`/${systemId}/cloud-nodes`, body, token)
  return ((await made.json()) as { id: string }).id
}

async function requestIdToken(): Promise<string> {
  const init = {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`${clientId}:${encodeURIComponent(clientSecret)}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  }
  const answer = (await (await fetch(`${house.url}/oauth2/token`, init)).json()) as { id_token: string }
  return answer.id_token
}

/**
 * Whose tokens are shown, and what stands in paths. What JSON Schema cannot say of an object is refused 422: what it names
 * is not there, a rule ends before it begins. Of reports each is judged by itself, and a token's
 * request may have any body. What would revoke the token that all are asked with is left aside.
 */
const configOf = (systemToken: string, idToken: string, spareNode: string): string => `
seed = 11
[auth.openapi.systemToken]
bearer = ${JSON.stringify(systemToken)}
[auth.openapi.clientToken]
bearer = ${JSON.stringify(idToken)}
[auth.openapi.clientSecret]
username = ${JSON.stringify(clientId)}
password = ${JSON.stringify(encodeURIComponent(clientSecret))}
[parameters]
"path.systemId" = ${JSON.stringify(systemId)}
"path.cloudNodeId" = ${JSON.stringify(cloudNode.id)}
"path.holderId" = ${JSON.stringify(someone.id)}
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 304, 401, 403, 404, 409, 410, 412, 422]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429]
[[operations]]
include-operation-id-regex = "Panel$"
parameters = { "path.cloudNodeId" = ${JSON.stringify(spareNode)} }
[[operations]]
include-operation-id = "revokeSystemToken"
enabled = false
[[operations]]
include-operation-id = "readEvents"
parameters = { "query.wait" = 0 }
[[operations]]
include-operation-id = "requestSystemToken"
checks.negative_data_rejection.enabled = false
[[operations]]
include-operation-id = "report"
checks.negative_data_rejection.enabled = false
`

/** Runs schemathesis; how it ended, and all it said. */
async function fuzz(config: string): Promise<{ code: number | null; said: string }> {
  const more = ["--max-examples", String(examples), "--generation-deterministic", "--no-color"]
  const args = ["--config-file", config, "run", `${house.url}/openapi.json`, "--url", ender.url, ...more]
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text))
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })))
}

it(
  "A fuzzer finds no fault of the server and nothing that the document does not have",
  async ({ skip }) => {
    if (whyNot !== undefined) console.log(whyNot)
    skip(whyNot !== undefined, whyNot)
    const config = join(folder, "schemathesis.toml")
    const token = await house.token()
    await writeFile(config, configOf(token, await requestIdToken(), await createSpareNode(token)))
    const { code, said } = await fuzz(config)
    if (isSoak) console.log(said)
    expect(code, said).toBe(0)
    expect(ender.ended()).toBeGreaterThan(0)
    expect(house.told.filter(({ level }) => level === "error")).toEqual([])
  },
  within,
)
