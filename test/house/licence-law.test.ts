/** Shows the law of licences what breaks it, and what does not. */
import { describe, expect, it } from "vitest"
import { findUnlicensed } from "./licence-law.js"

const found = (licence: string | undefined, locked: object = {}): string[] =>
  findUnlicensed({ "node_modules/a": locked }, () => licence)

describe("A package that is installed to run Doorstream", () => {
  it.each(["GPL-3.0-only", "SEE LICENSE IN LICENSE", "", "UNLICENSED", "MIT AND GPL-2.0-only", "mit"])(
    "may not be under %j",
    (licence) => expect(found(licence)).toEqual([`node_modules/a: ${licence}`]),
  )

  it.each(["MIT", "Apache-2.0", "0BSD", "(GPL-2.0-only OR MIT)", "MIT AND ISC"])(
    "may be under %s",
    (licence) => {
      expect(found(licence)).toEqual([])
    },
  )

  it("needs a licence", () => {
    expect(found(undefined)).toEqual(["node_modules/a: none"])
  })

  it("is told by the lockfile where it is not installed", () => {
    expect(found(undefined, { license: "MIT" })).toEqual([])
    expect(found(undefined, { license: "AGPL-3.0" })).toHaveLength(1)
    expect(found("AGPL-3.0", { license: "MIT" })).toHaveLength(1)
  })

  it("is none of those that are only for development, nor one of ours", () => {
    expect(found("AGPL-3.0", { dev: true })).toEqual([])
    expect(found("AGPL-3.0", { link: true })).toEqual([])
    expect(findUnlicensed({ "": {}, "packages/server": {} }, () => undefined)).toEqual([])
  })
})
