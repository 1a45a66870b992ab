import { describe, expect, it } from "vitest"
import { LinkFault, type Answer, type Ask } from "../api-session.js"
import { createInsist, readAll } from "./insist.js"

const answer = (status: number, body: unknown = {}, more: Partial<Answer> = {}): Answer => ({
  status,
  body,
  total: undefined,
  retryAfter: undefined,
  ...more,
})

/** Asks a server that answers so, one after the other, again and again with the last one. */
function setUp(...answers: readonly (Answer | Error)[]) {
  const asked: string[] = []
  const troubles: string[] = []
  const stop = new AbortController()
  const ask: Ask = async (method, path) => {
    asked.push(`${method} ${path}`)
    const next = answers[Math.min(asked.length, answers.length) - 1] as Answer | Error
    if (next instanceof Error) throw next
    return next
  }
  const onTrouble = (trouble: string): void => void troubles.push(trouble)
  const insist = createInsist({ ask, signal: stop.signal, onTrouble, pauses: { first: 1, most: 2 } })
  return { insist, asked, troubles, stop }
}

const away = new LinkFault("The server cannot be reached (ECONNREFUSED).")

describe("Who insists over REST", () => {
  it("waits out what passes, tells each trouble once, and when it is over", async () => {
    const busy = answer(503, { code: "draining", message: "It is about to stop." })
    const many = answer(429, { code: "too_many_requests", message: "Too many." }, { retryAfter: 1 })
    const { insist, asked, troubles } = setUp(away, away, busy, many, answer(200, "there"))
    expect(await insist("GET", "/x")).toMatchObject({ status: 200, body: "there", isUnsure: true })
    expect(asked).toHaveLength(5)
    expect(troubles).toEqual([
      "The server cannot be reached (ECONNREFUSED).",
      "GET /x is refused (503 draining: It is about to stop.).",
      "GET /x is refused (429 too_many_requests: Too many.).",
      "recovered",
    ])
  })

  it("is sure of what was refused before it was done", async () => {
    const { insist } = setUp(answer(429), answer(201))
    expect(await insist("POST", "/x")).toMatchObject({ status: 201, isUnsure: false })
  })

  it.each([
    [answer(403, { code: "scope_missing", message: "The token lacks the scope." }), "403 scope_missing"],
    [answer(401), "401"],
    [new LinkFault("The server gives no token (401 invalid_client).", undefined, undefined, 401), "no token"],
  ])("gives up in words where it would not be otherwise by trying again", async (refusal, words) => {
    const { insist, asked } = setUp(refusal)
    const fault: unknown = await insist("GET", "/x").catch((error: unknown) => error)
    expect(fault).toMatchObject({ name: "SimulationRefused", message: expect.stringContaining(words) })
    expect(asked).toHaveLength(1)
  })

  it("gives back what is for whoever asked to judge", async () => {
    expect(await setUp(answer(409)).insist("POST", "/x")).toMatchObject({ status: 409 })
  })

  it("ends with the signal's reason", async () => {
    const { insist, stop, asked } = setUp(away)
    const asking = insist("GET", "/x")
    stop.abort()
    await expect(asking).rejects.toBe(stop.signal.reason)
    await expect(insist("GET", "/x")).rejects.toBe(stop.signal.reason)
    expect(asked).toHaveLength(1)
  })

  it("reads lists page by page", async () => {
    const page = (ids: number[]) =>
      answer(
        200,
        ids.map((id) => ({ id })),
        { total: 3 },
      )
    const { insist, asked } = setUp(page([1, 2]), page([3]))
    expect((await readAll(insist, "/x")).map(({ id }) => id)).toEqual([1, 2, 3])
    expect(asked).toEqual(["GET /x?page=0&per_page=100", "GET /x?page=1&per_page=100"])
    await expect(readAll(setUp(answer(404)).insist, "/x")).rejects.toThrow("GET /x is refused (404).")
  })
})
