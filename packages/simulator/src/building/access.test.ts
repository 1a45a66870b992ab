import type { Holder } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import { createDecide } from "./access.js"
import { ruleOf } from "./plan.js"

const noon = Date.parse("2026-11-23T12:00:00.000Z")
const holder = (id: string, cardNumber: string, particular: Partial<Holder> = {}): Holder => ({
  id,
  firstName: "Jo",
  lastName: id,
  enabled: true,
  activeDate: null,
  expireDate: null,
  credentials: [{ id: `${id}'s card`, facilityCode: "77", cardNumber }],
  ...particular,
})
const holders = [
  holder("always", "1"),
  holder("not-in-there", "2"),
  holder("disabled", "3", { enabled: false }),
  holder("expired", "4", { expireDate: "2026-11-23T12:00:00.000Z" }),
  holder("early", "5", { activeDate: "2026-11-23T12:00:00.001Z" }),
  holder("in-time", "6", { activeDate: "2026-11-23T12:00:00.000Z", expireDate: "2026-11-23T12:00:00.001Z" }),
]
const decide = createDecide(holders)
const at = (role: "entrance" | "restricted", cardNumber: string, facilityCode = "77") =>
  decide({ facilityCode, cardNumber }, ruleOf(role, holders), noon)

describe("A controller", () => {
  it("lets a holder in whom the rule admits", () => {
    expect(at("entrance", "1")).toEqual({
      decision: "allowed",
      holderId: "always",
      credentialId: "always's card",
      requestFactor: "CARD_ONLY",
      facilityCode: "77",
      cardNumber: "1",
    })
  })

  it("asks for card and PIN at a restricted room, and denies whom its rule leaves out", () => {
    expect(at("restricted", "1")).toMatchObject({ decision: "allowed", requestFactor: "CARD_AND_PIN" })
    expect(at("restricted", "2")).toMatchObject({ decision: "denied", requestFactor: "CARD_AND_PIN" })
  })

  it.each([
    ["3", "is disabled", "denied"],
    ["4", "has expired this very moment", "denied"],
    ["5", "is not active yet", "denied"],
    ["6", "is inside the dates", "allowed"],
  ])("answers the card %s of a holder who %s: %s", (cardNumber, _, decision) => {
    expect(at("entrance", cardNumber).decision).toBe(decision)
  })

  it("does not know a card that is nobody's, and names no holder", () => {
    const stranger = { decision: "unknown", requestFactor: "CARD_ONLY", facilityCode: "78", cardNumber: "1" }
    expect(at("restricted", "1", "78")).toEqual(stranger)
  })
})
