import { describe, expect, it } from "vitest"
import type { Trouble } from "./errors.js"
import { Listening, type Told } from "./listening.js"
import { good, opened, outcomeIn } from "./outcome.suite.js"
import { refusing, ScriptedWorld, stream, type SpokenStream } from "./scripted.suite.js"
import type { Word } from "./topics.js"

const refused = (on: SpokenStream, code: string, topic: string | null = null): SpokenStream =>
  on.event("stream.refused", undefined, { topic, code, message: `It is ${code}.` })

const tokensOf =
  (...tokens: string[]) =>
  (): string =>
    tokens.shift() ?? "z"

describe("A stream that is ended because of its token", () => {
  it("is told without a status that nobody said, and opened again with another token at once", async () => {
    const told: Trouble[] = []
    const world = new ScriptedWorld(refused(stream().begin("c0"), "token_revoked").end(), good())
    const onTrouble = (trouble: Trouble): void => {
      told.push(trouble)
      queueMicrotask(() => world.elapse(trouble.retryIn!))
    }
    expect((await outcomeIn(world, { token: tokensOf("a", "b"), onTrouble })).end).toBe("c1")
    expect(told.map(({ error: { code, status } }) => [code, status])).toEqual([["token_revoked", undefined]])
    expect(world.asked.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer a", "Bearer b"])
  })

  it("ends listening where there is no other token", async () => {
    const world = new ScriptedWorld(refused(stream().begin("c0"), "client_revoked").end())
    expect(await outcomeIn(world, { token: "a" })).toEqual({ end: "client_revoked", told: [], pauses: [] })
    expect(world.asked.length).toBe(1)
  })

  it("ends listening where the token function knows no other one", async () => {
    const no = refusing(401, "client_revoked")
    const world = new ScriptedWorld(refused(stream().begin("c0"), "client_revoked").end(), no, no)
    expect(await outcomeIn(world)).toMatchObject({ end: "client_revoked", told: ["client_revoked"] })
  })
})

describe("A topic that is granted no more", () => {
  it("is told by its name, and the other topics are heard on, in the same stream", async () => {
    const narrowed = refused(stream().begin("c0"), "topic_not_granted", "liveEvent").event(opened, "c1")
    const world = new ScriptedWorld(narrowed)
    const told: string[] = []
    const onTrouble = ({ error: { message } }: Trouble): unknown => told.push(message)
    expect((await outcomeIn(world, { onTrouble })).end).toBe("c1")
    expect(told).toEqual(["liveEvent is heard no more: It is topic_not_granted."])
    expect(world.asked.length).toBe(1)
  })

  it("does not hide what is withheld of it from whoever is behind", async () => {
    const gap = { from: 1, to: 2, count: 2, reason: "scope" }
    const narrowed = refused(stream().begin("c0"), "topic_not_granted", "liveEvent")
    const world = new ScriptedWorld(narrowed.event("stream.gap", "c2", gap).event(opened, "c3"))
    const gaps: unknown[] = []
    expect((await outcomeIn(world, { onGap: ({ body }) => gaps.push(body) })).end).toBe("c3")
    expect(gaps).toEqual([gap])
  })
})

describe("What is told of the stream itself", () => {
  const silent = "stream.listener.silent"
  const heardBy = async (world: ScriptedWorld, topics: readonly string[]): Promise<Told> => {
    const settings = { url: "http://door.test", systemId: "s", token: "t" }
    const listening = new Listening<Told>(world, settings, topics as readonly Word[])
    const { value } = await listening[Symbol.asyncIterator]().next()
    return value as Told
  }

  it("is heard by whoever asks for it by its name, though it stands at no place of the log", async () => {
    const world = new ScriptedWorld(stream().begin().event(silent, undefined, { listener: "panel" }))
    expect(await heardBy(world, [silent])).toMatchObject({ topic: silent, body: { listener: "panel" } })
  })

  it("is not heard by whoever does not", async () => {
    const world = new ScriptedWorld(stream().begin("c0").event(silent, undefined, {}).event(opened, "c1"))
    expect(await heardBy(world, ["*"])).toMatchObject({ topic: opened, cursor: "c1" })
  })
})
