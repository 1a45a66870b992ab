import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createChance, createDeck } from "./chance.js"

const any = (card: number): number => card
const anyCards = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 })

describe("A deck", () => {
  it("brings every card round before any comes again", () => {
    fc.assert(
      fc.property(anyCards, fc.nat(), (cards, seed) => {
        const deck = createDeck(cards, createChance(seed))
        const dealt = cards.map(() => deck.deal(any))
        expect(new Set(dealt)).toEqual(new Set(cards))
      }),
    )
  })

  it("keeps the card on top that could not be played", () => {
    const deck = createDeck([1, 2, 3], createChance(7))
    expect(deck.deal((card) => (card === 2 ? undefined : card))).not.toBe(2)
    expect(deck.deal((card) => (card === 2 ? undefined : card))).not.toBe(2)
    expect(deck.deal(any)).toBe(2)
  })

  it("deals none that left, and those that came within two fillings", () => {
    fc.assert(
      fc.property(anyCards, anyCards, fc.nat({ max: 20 }), fc.nat(), (cards, others, first, seed) => {
        const deck = createDeck(cards, createChance(seed))
        for (let time = 0; time < first; time++) deck.deal(any)
        deck.change(others)
        const dealt = new Set([...others, ...others].map(() => deck.deal(any)))
        expect(dealt).toEqual(new Set(others))
      }),
    )
  })

  it("deals the same as if it were told the same cards again", () => {
    fc.assert(
      fc.property(anyCards, fc.nat({ max: 40 }), fc.nat(), (cards, first, seed) => {
        const [one, other] = [createDeck(cards, createChance(seed)), createDeck(cards, createChance(seed))]
        for (let time = 0; time < 60; time++) {
          if (time === first) one.change([...cards])
          expect(one.deal(any)).toBe(other.deal(any))
        }
      }),
    )
  })
})
