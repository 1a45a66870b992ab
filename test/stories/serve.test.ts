/** `doorstream serve` and what its operator does with it: settings, systems and API clients, the log, the end. */
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { request } from "node:http"
import { join } from "node:path"
import { decodeJwt } from "jose"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream, makeFolder, startServe, type Serving } from "../support/command.js"
import { listenRaw } from "../support/listeners.js"
import { endPrograms, type Environment } from "../support/program.js"

let folder: ReturnType<typeof makeFolder>
let environment: Environment
beforeEach(() => {
  folder = makeFolder()
  environment = { DOORSTREAM_DATA: join(folder.path, "data"), DOORSTREAM_SYSTEM_TOKEN_TTL: "77" }
})
afterEach(endPrograms)
afterEach(() => folder.remove())

/** What the command prints where all is well. */
async function ask(...args: string[]): Promise<string> {
  const { code, out, err } = await doorstream(args, environment).ended
  expect({ args, code, err }).toMatchObject({ args, code: 0 })
  return out
}

/** What the command says where it refuses: no result, no stack trace. */
async function complaintOf(args: readonly string[], more: Environment = {}): Promise<string[]> {
  const { code, out, err } = await doorstream(args, { ...environment, ...more }).ended
  expect({ code, out }).toEqual({ code: 1, out: "" })
  const lines = err.trim().split("\n")
  for (const line of lines) expect(line).toMatch(/^doorstream: (?! )/)
  return lines.map((line) => line.replace("doorstream: ", ""))
}

const idAndSecretIn = (printed: string): { id: string; secret: string } => {
  const [, id, secret] = /^id +(\S+)\nsecret +(\S+)\n$/.exec(printed) ?? expect.fail(printed)
  return { id: id!, secret: secret! }
}

describe("doorstream serve", () => {
  it("refuses to start without DOORSTREAM_PUBLIC_URL", async () => {
    const [line, ...more] = await complaintOf(["serve"])
    expect(line).toMatch(/^DOORSTREAM_PUBLIC_URL is missing\. /)
    expect(more).toEqual([])
  })

  it("names each setting that is malformed, and touches nothing", async () => {
    const malformed = {
      HOST: "a host",
      PORT: "80a",
      DOORSTREAM_PUBLIC_URL: "doors.example.org",
      DOORSTREAM_SYSTEM_TOKEN_TTL: "0",
      DOORSTREAM_EXPIRED_TOKEN_GRACE: "30",
      DOORSTREAM_RETENTION_AGE: "week",
      DOORSTREAM_RETENTION_SIZE: "10",
      DOORSTREAM_PING_INTERVAL: "-1s",
      DOORSTREAM_PING_TIMEOUT: "20x",
      DOORSTREAM_LOG: "loud",
      DOORSTREAM_TRUSTED_PROXIES: "the proxy",
      DOORSTREAM_ORIGINS: "a page",
    }
    const lines = await complaintOf(["serve"], malformed)
    expect(lines).toHaveLength(Object.keys(malformed).length)
    for (const [name, value] of Object.entries(malformed))
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`^${name} must be .*; it is "${value}"\\.$`)),
      )
    expect(existsSync(environment["DOORSTREAM_DATA"]!)).toBe(false)
  })

  it("says in a line what looks like a setting and is none, and starts", async () => {
    const server = await startServe({ ...environment, DOORSTREAM_RETENTION: "1d", DOORSTREAM_SECRET: "x" })
    expect(server.err.all).toEqual([expect.stringMatching(/^doorstream: DOORSTREAM_RETENTION is no setting/)])
  })

  it("waits at its end for what is under way, and ends at once on a second Ctrl-C", async () => {
    const server = await startServe(environment)
    const asking = request(`${server.url}/oauth2/token`, {
      method: "POST",
      headers: { Expect: "100-continue" },
    })
    asking.on("error", () => asking.destroy()).flushHeaders()
    await once(asking, "continue")
    server.kill("SIGINT")
    await server.prints(/"draining"/)
    server.kill("SIGINT")
    const { signal, out } = await server.ended
    expect(signal).toBe("SIGINT")
    expect(out).not.toContain('"ended"')
  })

  it("ends with 0 when it is asked to", async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const server = await startServe(environment)
      server.kill(signal)
      expect(await server.ended).toMatchObject({ code: 0, signal: null, err: "" })
    }
  })
})

describe.each(["directly on the folder", "beside a running server"])("The operator, %s,", (where) => {
  let server: Serving | undefined
  beforeEach(async () => {
    server = where.startsWith("beside") ? await startServe(environment) : undefined
  })

  /** Every byte that is kept, each as a character. */
  const bytesKept = (): string =>
    readdirSync(environment["DOORSTREAM_DATA"]!, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
      .join("\n")

  it("creates systems and API clients that get tokens, and shows a secret once", async () => {
    const system = (await ask("system", "create", "--name", "Headquarters")).trim()
    expect(system).toMatch(/^[0-9a-f-]{36}$/)
    expect(await ask("system", "list")).toMatch(new RegExp(`^ID +NAME\n${system}  Headquarters\n$`))

    const { id, secret } = idAndSecretIn(
      await ask("client", "create", "--name", "The wall", "--system", system, "--scope", "listen", "report"),
    )
    expect(await ask("client", "list")).toMatch(
      new RegExp(`^ID +NAME +SCOPES +SYSTEMS +LIMITED TO\n${id}  The wall  listen,report  ${system}  -\n$`),
    )
    expect(bytesKept()).toContain("The wall")
    expect(bytesKept()).not.toContain(secret)

    // Where no server runs yet, one that starts later knows them.
    const { url } = server ?? (await startServe(environment))
    environment = {
      DOORSTREAM_URL: url,
      DOORSTREAM_CLIENT: id,
      DOORSTREAM_SECRET: secret,
      DOORSTREAM_SYSTEM: system,
    }
    const { iat, exp, scope } = decodeJwt<{ scope: string }>((await ask("token")).trim())
    expect({ lives: exp! - iat!, scope }).toEqual({ lives: 77, scope: "listen report" })
  })

  it("is refused a client of a system that is not there, or with a scope that is none", async () => {
    const system = (await ask("system", "create", "--name", "Headquarters")).trim()
    const create = ["client", "create", "--name", "The wall", "--system"]
    expect(await complaintOf([...create, "nowhere"])).toEqual([
      expect.stringMatching(/^system_unknown: .*nowhere/),
    ])
    expect(await complaintOf([...create, system, "--scope", "all"])).toEqual([
      expect.stringMatching(/^request_invalid: .*listen, report, manage, command/),
    ])
    expect(await ask("client", "list")).toBe("")
  })
})

describe("The operator", () => {
  it("is told that there is no data folder, and none is made by looking", async () => {
    expect(await complaintOf(["system", "list"])).toEqual([
      expect.stringMatching(/^There is no data folder /),
    ])
    expect(existsSync(environment["DOORSTREAM_DATA"]!)).toBe(false)
  })
})

describe("The log of doorstream serve", () => {
  it("is a JSON object a line, with no token and no secret in it, whatever they were used for", async () => {
    const system = (await ask("system", "create", "--name", "Headquarters")).trim()
    const { id, secret } = idAndSecretIn(await ask("client", "create", "--name", "Wall", "--system", system))
    const server = await startServe({ ...environment, DOORSTREAM_LOG: "trace" })
    environment = {
      DOORSTREAM_URL: server.url,
      DOORSTREAM_CLIENT: id,
      DOORSTREAM_SECRET: secret,
      DOORSTREAM_SYSTEM: system,
    }
    const token = (await ask("token")).trim()
    for (const each of [token, `${token.slice(0, -4)}AAAA`, `${token}x`, "eyJhbGciOiJub25lIn0.e30."]) {
      const headers = { Authorization: `Bearer ${each}` }
      await fetch(`${server.url}/${system}/holders`, { headers })
      await fetch(`${server.url}/${system}/cloud-nodes/x/reports`, { method: "POST", headers, body: each })
      await fetch(`${server.url}/api/systems/${system}/token`, { method: "POST", headers })
      await fetch(`${server.url}/socket.io/?EIO=4&transport=polling&token=${each}`)
    }
    const raw = await listenRaw(server.url, `token=${token}`)
    raw.send(`42${JSON.stringify(["renewedToken", { token: `${token}x` }])}`)
    await raw.frames.until((all) => all.some((frame) => frame.includes("invalidToken")))
    raw.close()
    server.kill("SIGTERM")
    const { out, err } = await server.ended

    for (const line of out.trim().split("\n"))
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(Number) as number,
        msg: expect.any(String) as string,
      })
    expect(out).toMatch(/"listening"[^]*"draining"[^]*"ended"/)
    for (const hidden of ["eyJ", token.slice(-20), secret]) expect(out + err).not.toContain(hidden)
  })
})
