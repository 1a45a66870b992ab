import { weekdays, type Device, type Holder, type Rule } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { createControl, type Shown } from "./access.js"

// A Monday.
const noon = Date.parse("2026-11-23T12:00:00.000Z")
const holder = (id: string, cardNumber: string, particular: Partial<Holder> = {}): Holder => ({
  id,
  firstName: "Jo",
  lastName: id,
  enabled: true,
  activeDate: null,
  expireDate: null,
  groups: ["staff"],
  credentials: [{ id: `${id}'s card`, facilityCode: "77", cardNumber }],
  ...particular,
})
const holders = [
  holder("always", "1"),
  holder("guest", "2", { groups: [] }),
  holder("disabled", "3", { enabled: false }),
  holder("expired", "4", { expireDate: "2026-11-23T12:00:00.000Z" }),
  holder("early", "5", { activeDate: "2026-11-23T12:00:00.001Z" }),
  holder("in-time", "6", { activeDate: "2026-11-23T12:00:00.000Z", expireDate: "2026-11-23T12:00:00.001Z" }),
  holder("typist", "7", { credentials: [] }),
]
const rule = (particular: Partial<Rule>): Rule => ({
  id: "rule",
  name: "A rule",
  type: "access",
  allow: true,
  groups: ["staff"],
  holders: [],
  devices: ["door"],
  startTime: "00:00",
  stopTime: "24:00",
  recurring: weekdays,
  created: "2026-01-01T00:00:00.000Z",
  ...particular,
})
const device = { ...(demoBuilding.devices[0] as Device), id: "door", cloudNodeId: "node" }
const control = (...rules: readonly Partial<Rule>[]) =>
  createControl({
    cloudNodes: [{ id: "node", timezone: "Europe/Madrid" }],
    connections: [],
    devices: [device],
    holders,
    rules: rules.map(rule),
  })
const card = (cardNumber: string): Shown => ({ card: { facilityCode: "77", cardNumber } })
const answer = (rules: readonly Partial<Rule>[], shown: Shown, at = noon) => {
  const { decision, requestFactor } = control(...rules).decide(shown, "door", at)
  return `${decision} ${requestFactor}`
}

describe("A controller", () => {
  it("lets a holder in whom a rule allows, by a group or by name", () => {
    expect(control({}).decide(card("1"), "door", noon)).toEqual({
      decision: "allowed",
      holderId: "always",
      credentialId: "always's card",
      requestFactor: "CARD_ONLY",
      facilityCode: "77",
      cardNumber: "1",
    })
    expect(answer([{}], card("2"))).toBe("denied CARD_ONLY")
    expect(answer([{}, { groups: [], holders: ["guest"] }], card("2"))).toBe("allowed CARD_ONLY")
  })

  it("denies everybody where no rule allows", () => {
    expect(answer([], card("1"))).toBe("denied CARD_ONLY")
    expect(answer([{ devices: ["another"] }], card("1"))).toBe("denied CARD_ONLY")
    expect(answer([{ type: "autoOpen" }], card("1"))).toBe("denied CARD_ONLY")
    expect(answer([{ groups: [] }], card("1"))).toBe("denied CARD_ONLY")
  })

  it("lets a rule that denies win: over everybody, or over those whom it names", () => {
    expect(answer([{}, { allow: false, groups: [] }], card("1"))).toBe("denied CARD_ONLY")
    expect(answer([{}, { allow: false, recurring: ["Mon"] }], card("1"))).toBe("denied CARD_ONLY")
    expect(answer([{}, { allow: false, recurring: ["Tue"] }], card("1"))).toBe("allowed CARD_ONLY")
    expect(answer([{}, { allow: false, groups: [], holders: ["guest"] }], card("1"))).toBe(
      "allowed CARD_ONLY",
    )
  })

  it("reads the clock of the cloud node's time zone", () => {
    const morning = [{ startTime: "08:00", stopTime: "13:00" }]
    expect(answer(morning, card("1"), noon - 1)).toBe("allowed CARD_ONLY")
    expect(answer(morning, card("1"), noon)).toBe("denied CARD_ONLY")
  })

  it.each([
    ["3", "is disabled", "denied"],
    ["4", "has expired this very moment", "denied"],
    ["5", "is not active yet", "denied"],
    ["6", "is inside the dates", "allowed"],
  ])("answers the card %s of a holder who %s: %s", (cardNumber, _, decision) => {
    expect(answer([{}], card(cardNumber))).toBe(`${decision} CARD_ONLY`)
  })

  it("does not know a card or a PIN that is nobody's, and names no holder", () => {
    const strange = { facilityCode: "78", cardNumber: "1" }
    const stranger = { decision: "unknown", requestFactor: "CARD_ONLY", ...strange }
    expect(control({}).decide({ card: strange, pinOf: "always" }, "door", noon)).toEqual(stranger)
    expect(answer([{}], { pinOf: "" })).toBe("unknown PIN_ONLY")
  })

  const [one, pin, wrong] = [card("1"), { pinOf: "always" }, { pinOf: "guest" }]
  it.each([
    ["cardOnly", "allowed CARD_ONLY", "denied PIN_ONLY", "allowed CARD_ONLY", "allowed CARD_ONLY"],
    ["pinOnly", "denied CARD_ONLY", "allowed PIN_ONLY", "allowed PIN_ONLY", "denied CARD_AND_PIN"],
    ["cardOrPin", "allowed CARD_ONLY", "allowed PIN_ONLY", "allowed CARD_ONLY", "allowed CARD_ONLY"],
    ["cardAndPin", "denied CARD_ONLY", "denied PIN_ONLY", "allowed CARD_AND_PIN", "denied CARD_AND_PIN"],
  ] as const)("by %s answers card, PIN, both, card and wrong PIN", (authenticationPolicy, ...answers) => {
    const shown = [one, pin, { ...one, ...pin }, { ...one, ...wrong }]
    expect(shown.map((some) => answer([{ authenticationPolicy }], some))).toEqual(answers)
  })

  it("is shown what the door asks for, by those who may enter and by those who may not", () => {
    const shownBy = (index: number, authenticationPolicy: Rule["authenticationPolicy"]) =>
      control(authenticationPolicy ? { authenticationPolicy } : {}).show(
        holders[index]?.id ?? "",
        "door",
        noon,
      )
    expect(shownBy(0, undefined)).toMatchObject(one)
    expect(shownBy(0, "cardAndPin")).toMatchObject({ ...one, ...pin })
    expect(shownBy(1, "cardAndPin")).toMatchObject({ ...card("2"), pinOf: "guest" })
    expect(shownBy(0, "pinOnly")).toEqual(pin)
    expect(shownBy(6, "cardOrPin")).toEqual({ pinOf: "typist" })
    expect(shownBy(6, "cardOnly")).toBeUndefined()
  })

  it("answers a virtual read as if the holder did whatever the door asks", () => {
    const virtual = (holderId: string, ...rules: readonly Partial<Rule>[]) =>
      control(...rules).decideFor(holderId, "door", noon)
    expect(virtual("always", { authenticationPolicy: "cardAndPin" })).toMatchObject({
      decision: "allowed",
      requestFactor: "CARD_AND_PIN",
      credentialId: "always's card",
    })
    expect(virtual("guest", {})).toMatchObject({ decision: "denied", holderId: "guest" })
    expect(virtual("nobody", {})).toEqual({ decision: "unknown", requestFactor: "CARD_ONLY" })
  })

  it("has doors whose cloud node is there", () => {
    const plan = { cloudNodes: [], connections: [], devices: [device], holders, rules: [] }
    expect(() => createControl(plan)).toThrow(RangeError)
  })
})
