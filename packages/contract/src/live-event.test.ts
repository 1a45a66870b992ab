/** How a sentence is told: whom it names, in which order, and what it says where a word is not known. */
import { describe, expect, it } from "vitest"
import { reportableTopics, tell, topicEntry } from "./index.js"
import type { Sentence } from "./index.js"

const holder = { id: "ceee92e3", name: "John Wiegand" }
const device = { id: "1b99bf42", name: "Test Device" }

function sentenceOf(name: (typeof reportableTopics)[number]): Sentence {
  const entry = topicEntry(name)
  if (entry.envelope !== "report" || entry.sentence === undefined) throw new Error(`${name} has no sentence.`)
  return entry.sentence
}

const told = reportableTopics.filter((name) => {
  const entry = topicEntry(name)
  return entry.envelope === "report" && entry.sentence !== undefined
})

describe("A sentence", () => {
  it("is the specification's own for a card that was let in", () => {
    expect(tell(sentenceOf("device.request.allowed"), "CARD_ONLY", { holder, device })).toEqual({
      info: 'Person "%s" has requested access to the device "%s". Access allowed. Person used card for requesting access.',
      placeholders: [
        { text: "John Wiegand", id: "ceee92e3", type: "holder" },
        { text: "Test Device", id: "1b99bf42", type: "device" },
      ],
    })
  })

  it("is told of requests, alarms and modes of a door, and not of its inputs or of syncing", () => {
    const auditable = /^device\.(request|alarm|forceopen|forceclose|autoopen)\./
    expect(told).toEqual(reportableTopics.filter((name) => auditable.test(name)))
  })

  it("names placeholders in the order in which it speaks of them", () => {
    const { info, placeholders } = tell("{device}: {holder}, {device}.", undefined, { holder, device })
    expect(info).toBe("%s: %s, %s.")
    expect(placeholders.map(({ type }) => type)).toEqual(["device", "holder", "device"])
  })

  it.each(["CARD_ONLY", "PIN_ONLY", "CARD_AND_PIN"])("has words of its own for %s", (factor) => {
    const said = (with_: string | undefined) =>
      tell(sentenceOf("device.request.denied"), with_, { holder, device }).info
    expect(said(factor)).toContain("Access denied. Person used ")
    expect(said(factor)).not.toBe(said(undefined))
  })

  it.each([undefined, "", "FINGER", "other", "__proto__", "constructor", "toString"])(
    "passes over how access was requested when that is %j",
    (factor) => {
      const { info } = tell(sentenceOf("device.request.allowed"), factor, { holder, device })
      expect(info).toBe('Person "%s" has requested access to the device "%s". Access allowed.')
    },
  )

  it("keeps names out of its own text, so that a name can hold anything", () => {
    const odd = { id: "1", name: '%s "{holder}" $&' }
    const { info, placeholders } = tell(sentenceOf("device.alarm.forced"), undefined, { device: odd })
    expect(info).toBe('Device "%s" has been forced open.')
    expect(placeholders).toEqual([{ text: odd.name, id: "1", type: "device" }])
  })

  it("has one %s for each placeholder and is one line of text, whatever the topic and the factor", () => {
    for (const name of told)
      for (const factor of ["CARD_ONLY", "PIN_ONLY", "CARD_AND_PIN", undefined]) {
        const { info, placeholders } = tell(sentenceOf(name), factor, { holder, device })
        expect(info.split("%s"), name).toHaveLength(placeholders.length + 1)
        expect(info, name).toMatch(/^[A-Z][^{}\n]*\.$/)
      }
  })

  it("is a bug when it speaks of somebody who is not given", () => {
    expect(() => tell(sentenceOf("device.request.allowed"), "CARD_ONLY", { device })).toThrow(
      /needs a holder/,
    )
  })
})
