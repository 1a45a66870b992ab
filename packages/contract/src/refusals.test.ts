/** Refusals as they are worded and recognized. */
import { describe, expect, it } from "vitest"
import { isRefusal, refusals, refuse, type RefusalCode } from "./index.js"

const codes = Object.keys(refusals) as RefusalCode[]

describe("A refusal", () => {
  it("says what is wrong, what is particular about it, and what to do", () => {
    expect(refuse("body_invalid", "deviceId is missing.")).toEqual({
      code: "body_invalid",
      message:
        "The report's body is not what its topic asks for. deviceId is missing. Mend the field that is named.",
    })
  })

  it("says what is wrong and what to do where nothing is particular", () => {
    expect(refuse("token_expired").message).toBe("The token has expired. Request a new system token.")
  })

  it.each(codes)("has whole sentences for its meaning and its remedy: %s", (code) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(refusals[code].means).toMatch(/^\S.*\.$/)
    expect(refusals[code].remedy).toMatch(/^[A-Z].*\.$/)
  })

  it("means one thing only: no two codes say the same", () => {
    expect(new Set(codes.map((code) => refusals[code].means)).size).toBe(codes.length)
  })

  it.each(codes)("is known as one: %s", (code) => {
    expect(isRefusal(refuse(code))).toBe(true)
  })

  it.each([
    {},
    [],
    { code: "" },
    { code: 404 },
    { code: null },
    { code: "ENOENT" },
    { code: "__proto__" },
    { code: "constructor" },
    { code: "toString" },
    { message: "There is no token." },
    new Error("token_missing"),
  ])("is not mistaken for another object: %j", (value) => {
    expect(isRefusal(value)).toBe(false)
  })
})
