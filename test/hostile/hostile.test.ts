/**
 * Bad input harms nobody else: each is refused by its code, the server stays well, and the good listeners go on hearing
 * everything, in order.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hostileInputs } from "./inputs.js"
import { openSite, type Site } from "./site.js"
import { transport } from "./transport.js"

let site: Site
beforeAll(async () => void (site = await openSite()))
afterAll(() => site.close())

describe("A hostile input", () => {
  for (const { name, play, outcome } of hostileInputs)
    it(`is refused as it must be, and harms nobody else: ${name}`, async () => {
      const came = await play(site)
      await site.expectWell()
      expect(came).toBe(typeof outcome === "string" ? outcome : outcome.came)
    })

  it("leaves no connection behind", () => site.deserted())

  it("is one of more than a hundred, no two by the same name", () => {
    const names = hostileInputs.map(({ name }) => name)
    expect(names.length).toBeGreaterThan(100)
    expect(names).toEqual([...new Set(names)])
  })
})

describe("What the transport refuses by itself", () => {
  const entries = Object.entries(transport)
  for (const [key, refusal] of entries.filter(([, { came }]) => came !== undefined))
    it(`is met by a hostile input: ${key}`, () => {
      expect(hostileInputs.map(({ outcome }) => outcome)).toContain(refusal)
    })

  it("is played by somebody, but for what takes a minute to be refused", () => {
    const unplayed = entries.filter(([, { came }]) => came === undefined)
    expect(unplayed.map(([, { what }]) => what)).toEqual([
      expect.stringContaining("do not arrive in time (60 s"),
    ])
  })
})
