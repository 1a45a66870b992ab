/** Chance from a seed, so that a building's day can be lived again. It must not know what is decided by it. */

export interface Chance {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  /** True in `share` of all cases, 0 to 1. */
  falls(share: number): boolean
  shuffle<T>(cards: readonly T[]): T[]
}

/** The same seed gives the same numbers (mulberry32). */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const draw = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number): number => least + Math.floor(draw() * (most - least + 1))
  const shuffle = <T>(cards: readonly T[]): T[] => {
    const left = [...cards]
    return cards.map(() => left.splice(between(0, left.length - 1), 1)[0] as T)
  }
  return { between, falls: (share) => draw() < share, shuffle }
}

/** Candidates, in the order in which it is their turn. */
export interface Turns<T> {
  /** Takes the first one that can be played: the one for which `play` gives something. */
  deal<R>(play: (card: T) => R | undefined): R | undefined
}

/** Turns whose candidates may change. */
export interface Deck<T> extends Turns<T> {
  /** From now on these are the candidates; the others leave, and those that are new come with the next filling. */
  change(cards: readonly T[]): void
}

/** The most candidates that are looked at in one draw. */
const looks = 64

/** Draws from any place in the list on; of a long list only some are looked at, so that a draw takes no longer. */
export const drawFrom = <T>(cards: readonly T[], chance: Chance): Turns<T> => ({
  deal(play) {
    if (cards.length === 0) return undefined
    const first = chance.between(0, cards.length - 1)
    for (let look = 0; look < Math.min(looks, cards.length); look++) {
      const played = play(cards[(first + look) % cards.length] as T)
      if (played !== undefined) return played
    }
    return undefined
  },
})

/**
 * A shuffled deck that is filled up again when no card left in it can be played: every card comes round, and those that
 * could not be played stay on top.
 */
export function createDeck<T>(all: readonly T[], chance: Chance): Deck<T> {
  let cards = all
  let left: T[] = []
  const dealFrom = <R>(from: number, play: (card: T) => R | undefined): R | undefined => {
    for (let index = from; index < left.length; index++) {
      const played = play(left[index] as T)
      if (played === undefined) continue
      left.splice(index, 1)
      return played
    }
    return undefined
  }
  return {
    deal(play) {
      const played = dealFrom(0, play)
      if (played !== undefined) return played
      const kept = left.length
      const stays = new Set(left)
      left = [...left, ...chance.shuffle(cards.filter((card) => !stays.has(card)))]
      return dealFrom(kept, play)
    },
    change(others) {
      const known = new Set(others)
      cards = others
      left = left.filter((card) => known.has(card))
    },
  }
}
