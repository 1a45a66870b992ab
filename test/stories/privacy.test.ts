/** A holder who is erased: nobody hears anything of them any more, in what was before and in what comes late. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import { allowed, doorReport, frontDoor, openHouse, someone, systemId, type House } from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { demoBuilding } from "@doorstream/simulator"

const other = demoBuilding.holders[1]!
const topics = ["device.request.allowed", "liveEvent"]
const personal = [someone.lastName, someone.credentials[0]!.cardNumber, someone.credentials[0]!.id]

let house: House
let listener: Listening
beforeEach(async () => {
  house = await openHouse()
  listener = await listen(house.url, await house.token(), topics)
})
afterEach(async () => {
  listener.close()
  await house.close()
})

const byCard = () => {
  const { facilityCode, cardNumber } = someone.credentials[0]!
  return doorReport("device.request.allowed", { facilityCode, cardNumber, requestFactor: "CARD_ONLY" })
}
const ofOther = () => doorReport("device.request.allowed", { holderId: other.id })

/** Erases somebody as an operator does, with the command, while the server runs. */
const erase = (holder: string, system = systemId) =>
  doorstream(["holder", "erase", holder, "--system", system], { DOORSTREAM_DATA: house.dataFolder }).ended

async function renewAndHear(events: number) {
  const before = listener.heard.all.length
  listener.socket.emit("renewedToken", { token: await house.token() })
  await listener.heard.atLeast(before + events)
  return listener.heard.all.slice(before)
}

describe("A holder who was erased", () => {
  it("is nobody in what is read after that, though it happened before, and others are who they are", async () => {
    house.advance(301_000)
    await house.report([byCard(), ofOther()])
    await listener.heard.atLeast(4)
    const { code, out, err } = await erase(someone.id)
    expect([code, out]).toEqual([0, `${someone.id}\n`])
    expect(err).toContain("Backups")

    const heard = await renewAndHear(4)
    expect(heard.map(({ topic }) => topic)).toEqual([...topics, ...topics])
    const [request, sentence, ...others] = heard.map(({ event }) => event)
    expect(request).toMatchObject({
      body: {
        deviceId: frontDoor.id,
        holderId: someone.id,
        holder: { id: someone.id, name: "(erased)", activeDate: null, expireDate: null },
      },
    })
    expect(sentence).toMatchObject({
      placeholders: [{ id: someone.id, text: "(erased)" }, { id: frontDoor.id }],
    })
    for (const word of personal) expect(JSON.stringify([request, sentence])).not.toContain(word)
    expect(JSON.stringify(others)).toContain(`${other.firstName} ${other.lastName}`)
  })

  it("stays nobody in what comes late, and after a restart", async () => {
    await erase(someone.id)
    await house.restart()
    listener.close()
    listener = await listen(house.url, await house.token(), topics)
    const late = { ...allowed(), body: { ...byCard().body, holderId: someone.id } }
    const unnamed = byCard()
    const { accepted, refused } = await house.report([late, unnamed])
    expect(accepted).toHaveLength(1)
    expect(refused).toMatchObject([{ id: unnamed.id, code: "holder_required" }])
    await listener.heard.atLeast(2)
    for (const word of personal) expect(JSON.stringify(listener.heard.all)).not.toContain(word)
    expect(listener.heard.all[0]?.event).toMatchObject({ body: { holder: { name: "(erased)" } } })
  })

  it("is gone from what REST shows", async () => {
    await erase(someone.id)
    const answer = await fetch(`${house.url}/${systemId}/holders?per_page=100`, {
      headers: { Authorization: `Bearer ${await house.token()}` },
    })
    const shown = (await answer.json()) as { id: string }[]
    expect(shown).toHaveLength(demoBuilding.holders.length - 1)
    expect(shown.map(({ id }) => id)).not.toContain(someone.id)
  })
})

describe("The command that erases", () => {
  it("says that there is no such holder, or no such system", async () => {
    expect(await erase("nobody")).toMatchObject({
      code: 1,
      err: expect.stringContaining("holder_unknown"),
    })
    expect(await erase(someone.id, "nowhere")).toMatchObject({
      code: 1,
      err: expect.stringContaining("system_unknown"),
    })
  })
})
