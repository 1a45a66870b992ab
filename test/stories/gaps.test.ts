/** Cursors that the log can no longer serve: whoever comes with one is told what is gone, before anything else. PROTOCOL §20. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { renewEpochs } from "../../packages/server/src/log/embedded/epochs.js"
import { openFolder } from "../../packages/server/src/log/embedded/folder.js"
import { listenRawAfter, type Asking, type CursorListening } from "../support/cursors.js"
import { hour, openGatewayAlone, type GatewayAlone } from "../support/gateway.js"
import { doorReport, openHouse, type House } from "../support/house.js"

const topic = "device.input.dps.opened"

describe("A listener whose cursor is older than what is kept", () => {
  let gateway: GatewayAlone
  let last: number
  beforeEach(async () => {
    gateway = await openGatewayAlone(10 * hour)
    last = 0
    await append(3)
  })
  afterEach(() => gateway.close())

  const append = async (count: number): Promise<void> => {
    for (; count > 0; count -= 1) await gateway.append({ topic, text: `{"n":${(last += 1)}}` })
  }
  const connect = (asking: Partial<Asking> = {}): Promise<CursorListening> =>
    listenRawAfter(gateway.url, "token=any", { topics: [topic], cursors: true, ...asking })
  const forgetAll = (): Promise<void> => {
    gateway.advance(11 * hour)
    return gateway.sweep()
  }
  const saidIn = ({ heard }: CursorListening): unknown[] =>
    heard.all.map(({ name, body }) => (name === topic ? body["n"] : [name, body]))
  const gapFrom = (from: number) => ({ from, to: 3, count: 4 - from, reason: "retention" })

  it("is told what is gone, before the first event that it can have", async () => {
    const { answer, close } = await connect({ after: { last: 2 } })
    close()
    await forgetAll()
    await append(2)
    const listener = await connect({ after: answer.cursor })
    await listener.heard.atLeast(3)
    expect(listener.answer).toMatchObject({ gap: gapFrom(2) })
    expect(saidIn(listener)).toEqual([["stream.gap", gapFrom(2)], 4, 5])
    expect(listener.heard.all[0]!.cursor).toBe(listener.answer.cursor)
    listener.close()
  })

  it("is told so at once where nothing at all is left, once", async () => {
    const { answer, close } = await connect({ after: "earliest" })
    close()
    await forgetAll()
    const listener = await connect({ after: answer.cursor })
    const [gap] = await listener.heard.atLeast(1)
    const again = await connect({ after: gap!.cursor })
    await append(1)
    await Promise.all([listener.heard.atLeast(2), again.heard.atLeast(1)])
    expect(saidIn(listener)).toEqual([["stream.gap", gapFrom(1)], 4])
    expect(saidIn(again)).toEqual([4])
    listener.close()
    again.close()
  })

  it("is told when it renews, where its token has lapsed before it could be", async () => {
    const { answer, close } = await connect({ after: "earliest" })
    close()
    await forgetAll()
    gateway.issueFor(-1)
    const listener = await connect({ after: answer.cursor })
    await listener.heard.atLeast(1)
    gateway.issueFor(hour)
    listener.renew("any")
    await append(1)
    await listener.heard.atLeast(3)
    expect(saidIn(listener)).toEqual([
      ["invalidToken", expect.objectContaining({ reason: "token_expired" })],
      ["stream.gap", gapFrom(1)],
      4,
    ])
    listener.close()
  })

  it("is not told of what it did not ask for: the earliest event, or the last", async () => {
    await forgetAll()
    await append(1)
    for (const after of ["earliest", { last: 100 }]) {
      const listener = await connect({ after })
      await listener.heard.atLeast(1)
      expect(saidIn(listener)).toEqual([4])
      listener.close()
    }
  })

  it("is told where it asks for a time of which nobody knows any more what happened", async () => {
    const time = Date.now() - hour
    await forgetAll()
    await append(1)
    const listener = await connect({ after: { time } })
    await listener.heard.atLeast(2)
    expect(saidIn(listener)).toEqual([["stream.gap", gapFrom(1)], 4])
    listener.close()
  })
})

describe("A listener whose cursor is of a log that was restored", () => {
  let house: House
  beforeEach(async () => (house = await openHouse()))
  afterEach(() => house.close())

  it("is told of another epoch and hears all that is there, doubles with the id that they had", async () => {
    const connect = async (after?: unknown): Promise<CursorListening> =>
      listenRawAfter(house.url, `token=${await house.token()}`, { topics: [topic], cursors: true, after })
    const before = await connect()
    await house.report([doorReport(topic), doorReport(topic)])
    const [first, second] = await before.heard.atLeast(2)
    before.close()
    await house.server().close()
    const folder = await openFolder(house.dataFolder)
    await renewEpochs(folder)
    await folder.close()
    await house.restart()
    const after = await connect(second!.cursor)
    const heard = await after.heard.atLeast(3)
    expect(heard.map(({ name, body }) => (name === topic ? body["id"] : [name, body]))).toEqual([
      ["stream.gap", { from: 1, to: 0, count: 0, reason: "epoch" }],
      first!.body["id"],
      second!.body["id"],
    ])
    after.close()
  })
})
