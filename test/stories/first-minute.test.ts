/** `npm start` as a newcomer sees it: what it says, run as it says it. Installing and building are start.test's. */
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { request, type IncomingMessage } from "node:http"
import { createServer, type AddressInfo } from "node:net"
import { join } from "node:path"
import { topicNames } from "@doorstream/contract"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { doorstream, makeFolder, placeNpx, startDemo, startServe, type Serving } from "../support/command.js"
import { listenRaw } from "../support/listeners.js"
import { endPrograms, run, runNode, type Environment, type Program } from "../support/program.js"

const systemId = "0738b8df-329a-4d50-88e7-7a48928c4d6f"

const folder = makeFolder()
const PATH = placeNpx(folder.path)
afterAll(folder.remove)

/** Runs a line that was printed, in a shell; as one process, so that it can be ended. */
const runAsPrinted = (line: string): Program =>
  run("/bin/sh", ["-c", line.replace("npx", "exec npx")], { PATH })

const textOf = (program: Program): string => program.out.all.join("\n")

/** What a demo printed to be copied: every indented block. */
const blocksOf = (demo: Program): string[] =>
  [...`${textOf(demo)}\n`.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)].map(([block]) =>
    block.trim().replaceAll(/^ {4}/gm, ""),
  )

const blockWith = (demo: Program, text: string): string => {
  const block = blocksOf(demo).find((each) => each.includes(text))
  if (block === undefined) throw new Error(`Nothing to copy has ${text} in it:\n${textOf(demo)}`)
  return block
}

/** Asks the demo under some name: the status of the answer, and the code of a refusal. */
async function askAs(Host: string, url: string): Promise<unknown[]> {
  const asking = request(`${url}/health`, { headers: { Host } }).end()
  const [response] = (await once(asking, "response")) as [IncomingMessage]
  const body = Buffer.concat((await response.toArray()) as Buffer[]).toString()
  return [response.statusCode, (JSON.parse(body) as { code?: string }).code]
}

describe("A demo that runs", () => {
  const data = makeFolder()
  let demo: Serving
  beforeAll(async () => (demo = await startDemo({ DOORSTREAM_DATA: data.path })))
  afterAll(endPrograms)
  afterAll(data.remove)

  it("has said where it is, which system it has, and that its log is new", () => {
    expect(textOf(demo)).toMatch(/^ {2}address +http:\/\/127\.0\.0\.1:\d+$/m)
    expect(textOf(demo)).toMatch(new RegExp(`^  system +${systemId}$`, "m"))
    expect(textOf(demo)).toContain(`${data.path}, new`)
    expect(demo.err.all).toEqual([])
  })

  it("has said how to fetch a token, which then opens the door", async () => {
    const { code, out, err } = await runAsPrinted(blockWith(demo, "npx doorstream token")).ended
    expect({ code, err, lines: out.split("\n").length }).toEqual({ code: 0, err: "", lines: 2 })
    const answer = await fetch(`${demo.url}/${systemId}/cloud-nodes`, {
      headers: { Authorization: `Bearer ${out.trim()}` },
    })
    expect(answer.status).toBe(200)
    // Everybody knows the demo's secret, so its tokens operate nothing.
    const claims = Buffer.from(out.split(".")[1]!, "base64url").toString()
    expect(JSON.parse(claims)).toMatchObject({ scope: "listen report manage command" })
  })

  it("has said how to see what happens: many things do", async () => {
    const listener = runAsPrinted(blockWith(demo, "npx doorstream listen"))
    const topicsIn = (lines: readonly string[]) =>
      topicNames.filter((topic) => lines.some((line) => line.split(/ +/)[1] === topic))
    await listener.until((all) => {
      const topics = topicsIn(all)
      return topics.length >= 5 && topics.includes("liveEvent")
    })
    listener.kill("SIGINT")
    expect(await listener.ended).toMatchObject({ code: 0, signal: null })
  })

  it("has shown a snippet, which hears a door when it is pasted into node", async () => {
    const node = runNode(["-i"], { PATH, NODE_REPL_HISTORY: "" })
    node.type(`${blockWith(demo, "require")}\n`)
    await node.prints(/^ +topic: 'device\.request\.allowed'/)
    await node.prints(/^ +cloudNode: \{/)
    node.type(".exit\n")
    expect(await node.ended).toMatchObject({ code: 0, err: "" })
  })

  it("answers names of this machine only, whatever asks", async () => {
    const refused = [421, "host_not_allowed"]
    expect(await askAs("doors.example.org", demo.url)).toEqual(refused)
    expect(await askAs(`127.0.0.1.example.org:${new URL(demo.url).port}`, demo.url)).toEqual(refused)
    expect(await askAs("localhost", demo.url)).toEqual([200, undefined])
    const socket = new WebSocket(`${demo.url.replace(/^http/, "ws")}/socket.io/?transport=websocket`, {
      headers: { Host: "doors.example.org" },
    })
    const [error] = (await once(socket, "error")) as [Error]
    expect(error.message).toContain("421")
  })
})

describe("A demo that cannot run", () => {
  const data = makeFolder()
  afterEach(endPrograms)
  afterAll(data.remove)

  const refusedWith = async (environment: Environment): Promise<string> => {
    const { code, out, err } = await doorstream(["demo"], { DOORSTREAM_DATA: data.path, ...environment })
      .ended
    expect({ code, out, lines: err.split("\n").length }).toEqual({ code: 1, out: "", lines: 2 })
    return err
  }

  it.each(["0.0.0.0", "doors.example.org"])("refuses the address %s in a line", async (HOST) => {
    expect(await refusedWith({ HOST, PORT: "0" })).toContain(
      `it is ${HOST}. For other machines run: doorstream serve`,
    )
  })

  it("says in a line that its port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    const PORT = String((server.address() as AddressInfo).port)
    expect(await refusedWith({ PORT })).toContain(`Port ${PORT} on 127.0.0.1 is taken`)
    server.close()
  })

  it("says in a line that another one has its folder", async () => {
    const { pid } = await startDemo({ DOORSTREAM_DATA: data.path })
    expect(await refusedWith({ PORT: "0" })).toContain(`is in use by process ${pid}`)
  })

  it("says in a line that its folder is none", async () => {
    const file = join(data.path, "a-file")
    writeFileSync(file, "")
    expect(await refusedWith({ PORT: "0", DOORSTREAM_DATA: file })).toContain(
      `${file} cannot be the data folder`,
    )
  })
})

describe("A demo that has ended", () => {
  let data: ReturnType<typeof makeFolder>
  let environment: Environment
  beforeEach(() => {
    data = makeFolder()
    environment = { DOORSTREAM_DATA: data.path, DOORSTREAM_PUBLIC_URL: "http://127.0.0.1:8080" }
  })
  afterEach(endPrograms)
  afterEach(() => data.remove())

  const end = async (server: Serving): Promise<void> => {
    server.kill("SIGTERM")
    expect(await server.ended).toMatchObject({ code: 0, signal: null, err: "" })
  }

  /** The position of an entry that is reported now. */
  async function reportTo({ url }: Serving): Promise<number> {
    const { out } = await runNode(["examples/report.mjs"], { DOORSTREAM_URL: url }).ended
    return (JSON.parse(out.split("\n")[0]!) as { position: number }).position
  }

  const keptBy = (demo: Serving): number =>
    Number(/, ([\d,]+) events kept$/m.exec(textOf(demo))?.[1]?.replaceAll(",", ""))

  it("has kept what was logged for the next one, which goes on from there", async () => {
    const first = await startDemo(environment)
    const before = await reportTo(first)
    await end(first)

    const second = await startDemo(environment)
    const kept = keptBy(second)
    expect(kept).toBeGreaterThanOrEqual(before)
    const after = await reportTo(second)
    expect(after).toBeGreaterThan(kept)
    await end(second)
    expect(keptBy(await startDemo(environment))).toBeGreaterThanOrEqual(after)
  })

  it("has left no way in for its API client, nor for the tokens that it had", async () => {
    const demo = await startDemo(environment)
    const { out } = await doorstream(["token"], { DOORSTREAM_URL: demo.url }).ended
    await end(demo)

    const serve = await startServe(environment)
    const asking = await doorstream(["token"], { DOORSTREAM_URL: serve.url }).ended
    expect(asking).toMatchObject({ code: 1, out: "" })
    expect(asking.err).toContain("invalid_client")

    const token = out.trim()
    const answer = await fetch(`${serve.url}/${systemId}/holders`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code: "client_revoked" }),
    ])
    const raw = await listenRaw(serve.url, `token=${token}`)
    await raw.closed
    expect(raw.frames.all.join()).toContain("client_revoked")
  })
})
