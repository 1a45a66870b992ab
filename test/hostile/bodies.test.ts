/** What is decided about bodies that two readers might read differently. PROTOCOL §7.5. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { doorReport, openHouse, type House, type Outcome } from "../support/house.js"
import { reportsPath } from "./site.js"

let house: House
let token: string
beforeAll(async () => {
  house = await openHouse()
  token = await house.token()
})
afterAll(() => house.close())

const post = async (body: string): Promise<Outcome> =>
  (await (await house.post(reportsPath, body, token)).json()) as Outcome

describe("A report", () => {
  const report = doorReport("device.input.relay.on")

  it("counts the last of keys that stand twice", async () => {
    const twice = JSON.stringify(report).replace("{", '{"id":"first","topic":"none",')
    expect((await post(`[${twice}]`)).accepted.map(({ id }) => id)).toEqual([report.id])
    const reversed = JSON.stringify(report).replace(/}$/, ',"id":"last"}')
    expect((await post(`[${reversed}]`)).accepted.map(({ id }) => id)).toEqual(["last"])
  })

  it("is another one wherever its id is another, in any character", async () => {
    const ids = ["é", "e\u0301", "\u0000", "\u0000\u0000", "a", "a\u0000", "\ufffd", "🚪", "\ufeffa", "A"]
    const { accepted } = await post(JSON.stringify(ids.map((id) => ({ ...report, id }))))
    expect(accepted.map(({ id }) => id)).toEqual(ids)
    expect(new Set(accepted.map(({ position }) => position)).size).toBe(ids.length)
  })

  it("is refused with half a surrogate pair in its id, which would be one with any other half", async () => {
    const halves = ["\\ud800", "\\udfff", "a\\ud83d"].map((id) =>
      JSON.stringify(report).replace(report.id, id),
    )
    const { accepted, refused } = await post(`[${halves.join()}]`)
    expect(accepted).toEqual([])
    expect(refused.map(({ code }) => code)).toEqual(halves.map(() => "report_id_invalid"))
  })
})
