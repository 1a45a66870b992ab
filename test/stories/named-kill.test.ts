/** A server that is killed while listeners with a name are connected: what they were answered holds afterwards. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { allowed, cloudNode, requestToken, systemId } from "../support/house.js"
import { connectNamed, subscribeNamed } from "../support/named.js"
import { startProcess, type ServerProcess } from "../support/server-process.js"

let folder: string
let server: ServerProcess
let token: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "doorstream-"))
  server = await startProcess(folder)
  token = await requestToken(server.url)
})
afterEach(async () => {
  server.kill("SIGKILL")
  await server.ended
  await rm(folder, { recursive: true, force: true })
})

async function kill(): Promise<void> {
  server.kill("SIGKILL")
  await server.ended
  server = await startProcess(folder, Number(new URL(server.url).port))
}

const report = async (): Promise<void> => {
  const response = await fetch(`${server.url}/${systemId}/cloud-nodes/${cloudNode.id}/reports`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(allowed()),
  })
  expect(response.status).toBe(200)
}

it("A named listener that was answered goes on from there, though the server was killed at once", async () => {
  const listening = async () => {
    const raw = await connectNamed(server, token)
    await subscribeNamed(raw, ["device.request.allowed"])
    return raw
  }
  const first = await listening()
  await kill()
  await report()
  const second = await listening()
  const ids = await second.heard(1)
  await subscribeNamed(second, ["liveEvent"])
  await kill()
  await first.closed
  await second.closed
  await report()
  const third = await listening()
  expect((await third.heard(2))[0]).toBe(ids[0])
  third.close()
})
