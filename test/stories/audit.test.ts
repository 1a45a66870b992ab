/** Who changed or commanded what, from where and when: told in the same write, and never with a secret in it. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import { clientId, openHouse, someone, systemId, type House } from "../support/house.js"
import { makeClient, operate } from "../support/operator.js"
import { endPrograms } from "../support/program.js"

let house: House
beforeEach(async () => {
  house = await openHouse()
})
afterEach(endPrograms)
afterEach(() => house.close())

interface Record {
  readonly number: number
  readonly deeds: readonly { readonly what: string; readonly id: string; readonly now?: object }[]
}

const audit = async (query = "") =>
  (await operate<{ records: Record[] }>(house, "GET", `/audit?${query}`)).body.records
const environment = () => ({ DOORSTREAM_DATA: house.dataFolder })
const command = (...args: string[]) => doorstream(args, environment()).ended

describe("The audit", () => {
  it("tells of everything that an operator does, once it is done", async () => {
    const { id } = await makeClient(house, [systemId], "listen")
    await operate(house, "PATCH", `/clients/${id}`, { scopes: ["report"] })
    await operate(house, "PATCH", `/systems/${systemId}`, { name: "Tower" })
    const { body } = await operate<{ kid: string }>(house, "POST", "/keys/rotate", {})
    const to = join(house.dataFolder, "..", `${house.dataFolder.split("/").at(-1)}-backup`)
    await operate(house, "POST", "/backups", { to })
    await operate(house, "POST", `/systems/${systemId}/holders/${someone.id}/erase`, {})
    await operate(house, "DELETE", `/clients/${id}`)
    const by = { id: "operator", name: "The operator", from: "operator" }
    const told = (await audit()).toReversed()
    expect(told.map(({ number, deeds }) => [number, deeds[0]!.what, deeds[0]!.id])).toEqual([
      [1, "client.created", id],
      [2, "client.changed", id],
      [3, "system.changed", systemId],
      [4, "keys.rotated", body.kid],
      [5, "backup.created", to],
      [6, "holder.erased", someone.id],
      [7, "client.removed", id],
    ])
    for (const record of told) expect(record).toMatchObject({ by, at: expect.stringMatching(/Z$/) })
    expect(told[1]!.deeds[0]!.now).toEqual({ name: "listen", scopes: ["report"], systems: [systemId] })
    // What is told outlives an erasure: so it holds nothing personal.
    for (const word of [someone.lastName, someone.credentials[0]!.cardNumber])
      expect(JSON.stringify(told)).not.toContain(word)
    await (await import("node:fs/promises")).rm(to, { recursive: true })
  })

  it("tells of what is changed over REST, by which API client and from where", async () => {
    const headers = { Authorization: `Bearer ${await house.token()}`, "Content-Type": "application/json" }
    const body = JSON.stringify({ name: "Night shift" })
    const made = await fetch(`${house.url}/${systemId}/groups`, { method: "POST", headers, body })
    const { id } = (await made.json()) as { id: string }
    expect(await audit(`system=${systemId}`)).toMatchObject([
      { by: { id: clientId, name: "The tests", from: "127.0.0.1" }, deeds: [{ what: "group.created", id }] },
    ])
  })

  it("tells of nothing that was refused", async () => {
    await operate(house, "POST", "/clients", { name: "W", systems: ["none"] })
    await operate(house, "PATCH", "/systems/none", { name: "Tower" })
    await operate(house, "POST", `/systems/${systemId}/holders/nobody/erase`, {})
    expect(await audit()).toEqual([])
  })

  it("never holds a secret, nor a hash of one", async () => {
    const { secret } = await makeClient(house, [systemId], "listen")
    const told = JSON.stringify(await audit())
    expect(told).not.toMatch(/secret|hash/i)
    await house.server().close()
    expect((await readFile(join(house.dataFolder, "data.mdb"))).includes(secret)).toBe(false)
  })

  it("is there where no server runs, and after a restart, and is verified", async () => {
    await makeClient(house, [systemId], "listen")
    await house.server().close()
    await operate(house, "POST", "/systems", { name: "Made meanwhile" })
    expect((await command("verify")).code).toBe(0)
    await house.restart()
    expect((await audit()).map(({ deeds }) => deeds[0]!.what)).toEqual(["system.created", "client.created"])
  })

  it("is refused for a query that is none", async () => {
    for (const query of ["since=yesterday", "until=2026-13-01", "per_page=0", "before=x", "after=-1"])
      expect((await operate(house, "GET", `/audit?${query}`)).body).toMatchObject({ code: "request_invalid" })
  })
})

describe("doorstream audit", () => {
  it("prints a table for a person, and lines for a program", async () => {
    await operate(house, "POST", "/systems", { name: "One" })
    const { id } = await makeClient(house, [systemId], "listen")
    const { out } = await command("audit")
    expect(out).toMatch(
      /^NO +AT +WHO +FROM +WHAT +ID +ALSO +SYSTEM\n1 +[-\d]+ [:\d]+ +The operator +operator +system\.created/,
    )
    const lines = (await command("audit", "--json", "--what", "client", "--last", "5")).out.trim().split("\n")
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ number: 2, deeds: [{ id }] }])
    expect((await command("audit", "--last", "none")).code).toBe(1)
  })

  it("goes on with what is new, until its reader has enough", async () => {
    await operate(house, "POST", "/systems", { name: "One" })
    const following = doorstream(["audit", "--json", "--follow"], environment())
    await following.prints(/"number":1/)
    await operate(house, "POST", "/systems", { name: "Two" })
    await following.prints(/"number":2/)
    following.kill("SIGTERM")
    await following.ended
  })
})
