/**
 * A disk that fills up (issue 10, point 8), on a small file system of its own: reports are refused before the reserve is
 * touched, and everything else goes on. The test makes the file system where it may; else it says that it did not run.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { rm, statfs, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { command, obeys, servedVersions } from "../support/commanding.js"
import { listenRaw } from "../support/listeners.js"
import { cloudNode, openHouse, systemId, wordy, wordyReport, type House } from "../support/house.js"
import { operate } from "../support/operator.js"
import { openRawNode, registerPanel } from "../support/raw-node.js"

const megabyte = 1e6
const reserve = 16 * megabyte

/** Mounts 64 MB of memory as a file system; undefined where this process may not. */
function mountSmallDisk(): string | undefined {
  const at = mkdtempSync(join(tmpdir(), "doorstream-disk-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", at], { stdio: "ignore" })
    return at
  } catch (error) {
    rmSync(at, { recursive: true })
    console.log(`The small file system could not be mounted: ${String(error)}`)
    return undefined
  }
}

const disk = mountSmallDisk()
afterAll(() => {
  if (disk === undefined) return
  execFileSync("umount", [disk])
  rmSync(disk, { recursive: true })
})

const free = async (): Promise<number> => {
  const { bavail, bsize } = await statfs(disk!)
  return bavail * bsize
}

const send = async (house: House, token: string, count: number): Promise<Response> =>
  house.post(
    `/${systemId}/cloud-nodes/${cloudNode.id}/reports`,
    JSON.stringify(Array.from({ length: count }, wordyReport)),
    token,
  )

/** Reports until that is refused; resolves with how many were accepted, and the refusal. */
async function fill(house: House, token: string): Promise<[accepted: number, refusal: Response]> {
  for (let accepted = 0; ; accepted += 100) {
    const answer = await send(house, token, 100)
    expect(await free()).toBeGreaterThan(reserve)
    if (answer.status !== 200) return [accepted, answer]
    await answer.body?.cancel()
  }
}

// Mounting takes root, and Linux. Where that is missing, space.test.ts alone stands for this.
describe.skipIf(disk === undefined)("A server whose disk fills up", () => {
  let house: House
  afterEach(() => house.close())

  it("refuses reports before the reserve is touched, and serves everything else", async () => {
    const day = 86_400_000
    house = await openHouse({ within: disk!, diskReserve: reserve, more: wordy, retentionAge: day })
    const token = await house.token()
    const listener = await listenRaw(house.url, `token=${token}`)
    listener.send(`42${JSON.stringify(["subscribeIsolated", { topics: ["device.*"] }])}`)

    const [accepted, refusal] = await fill(house, token)
    expect(accepted).toBeGreaterThan(1000)
    expect(refusal.status).toBe(503)
    expect(Number(refusal.headers.get("Retry-After"))).toBeGreaterThan(0)
    expect(await refusal.json()).toMatchObject({ code: "storage_full" })

    const isEvent = (frame: string): boolean => frame.startsWith('42["device.')
    await listener.frames.until((all) => all.filter(isEvent).length === accepted)
    expect(await house.token()).toMatch(/^eyJ/)
    const ready = await fetch(`${house.url}/ready`)
    expect([ready.status, await ready.json()]).toEqual([200, { status: "ready", storage: "full" }])
    expect(house.told.filter(({ level }) => level === "warn")).toEqual([
      expect.objectContaining({ text: expect.stringContaining("80 %") as string }),
    ])
    listener.close()
  })

  it("still commands doors, and tells the audit of it", async () => {
    house = await openHouse({ within: disk!, diskReserve: reserve, more: wordy })
    const token = await house.token()
    const node = await openRawNode(house.url)
    await node.enter(cloudNode.serialNumber, await registerPanel(house), servedVersions)
    obeys(node)
    await fill(house, token)
    expect(await command(house, token, "open")).toMatchObject({ status: 204 })
    const audit = (await operate(house, "GET", "/audit?what=device.open")).body as { records: unknown[] }
    expect(audit.records).toHaveLength(1)
    node.socket.terminate()
  })

  it("takes reports again when somebody else has made room, or when retention has", async () => {
    const day = 86_400_000
    house = await openHouse({
      within: disk!,
      diskReserve: reserve,
      more: wordy,
      retentionAge: day,
      options: { sweepEvery: 20 },
    })
    const other = join(disk!, "other")
    await writeFile(other, Buffer.alloc((await free()) - reserve))
    expect((await send(house, await house.token(), 1)).status).toBe(503)
    expect(await (await fetch(`${house.url}/ready`)).json()).toEqual({ status: "ready", storage: "full" })
    await rm(other)
    expect((await send(house, await house.token(), 1)).status).toBe(200)

    await fill(house, await house.token())
    house.advance(2 * day)
    const token = await house.token()
    let status
    do status = (await send(house, token, 100)).status
    while (status !== 200)
  })
})
