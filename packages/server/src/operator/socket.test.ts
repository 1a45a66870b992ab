/** The operator socket with real sockets, long paths and dead processes. */
import { execFile } from "node:child_process"
import { lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Hono } from "hono"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { callOperator } from "./call.js"
import { listenForOperator, type OperatorSocket } from "./socket.js"

let root: string
let opened: OperatorSocket[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "doorstream-operator-"))
  opened = []
})
afterEach(async () => {
  for (const socket of opened) await socket.close()
  await rm(root, { recursive: true })
})

const listen = async (folder: string) => {
  const socket = await listenForOperator(folder)
  opened.push(socket)
  return socket
}
const app = () =>
  new Hono()
    .get("/status", (c) => c.json({ well: true }))
    .post("/echo", async (c) => c.json({ heard: await c.req.json() }, 201))

/** Leaves a socket in the folder as a process does that is killed. */
const dieListening = (folder: string) =>
  new Promise((resolve) => {
    const script = `require("node:net").createServer().listen("operator.sock", () => process.kill(process.pid, "SIGKILL"))`
    execFile(process.execPath, ["-e", script], { cwd: folder }, resolve)
  })

describe.each([
  ["short", "data"],
  ["too long for a socket", `${"x".repeat(100)}/${"é".repeat(60)}`],
])("A data folder whose path is %s", (_, name) => {
  let folder: string
  beforeEach(async () => {
    folder = join(root, name)
    await mkdir(folder, { recursive: true })
  })

  it("has its operator socket in it, for its owner only, as long as a server runs", async () => {
    await listen(folder)
    expect(await readdir(folder)).toEqual(["operator.sock"])
    expect((await lstat(join(folder, "operator.sock"))).mode & 0o777).toBe(0o600)
    await opened.pop()!.close()
    expect(await readdir(folder)).toEqual([])
  })

  it("answers what the operator asks", async () => {
    ;(await listen(folder)).serve(app())
    expect(await callOperator(folder, "GET", "/status")).toEqual({ status: 200, body: { well: true } })
    const echo = await callOperator(folder, "POST", "/echo", { name: "é" })
    expect(echo).toEqual({ status: 201, body: { heard: { name: "é" } } })
  })

  it("does not mind the socket of a process that died", async () => {
    await dieListening(folder)
    expect(await readdir(folder)).toEqual(["operator.sock"])
    expect(await callOperator(folder, "GET", "/status")).toBeUndefined()
    ;(await listen(folder)).serve(app())
    expect(await callOperator(folder, "GET", "/status")).toMatchObject({ status: 200 })
  })
})

describe("An operator", () => {
  it("hears that nobody is there, where there is no socket or no folder", async () => {
    expect(await callOperator(root, "GET", "/status")).toBeUndefined()
    expect(await callOperator(join(root, "none"), "GET", "/status")).toBeUndefined()
  })

  it("who asks while the server is starting is answered when it has started", async () => {
    const socket = await listen(root)
    const answer = callOperator(root, "GET", "/status")
    socket.serve(app())
    expect(await answer).toMatchObject({ status: 200 })
  })

  it("who asks while the server ends is told that there was no answer", async () => {
    const socket = await listenForOperator(root)
    let tellAsked!: () => void
    const asked = new Promise<void>((resolve) => (tellAsked = resolve))
    socket.serve({
      fetch: () => {
        tellAsked()
        return new Promise<Response>(() => undefined)
      },
    })
    const answer = callOperator(root, "GET", "/status").catch((error: Error) => error.message)
    await asked
    await socket.close()
    expect(await answer).toContain("could not be asked")
  })
})
