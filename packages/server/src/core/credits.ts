/**
 * How many reports a cloud node may send: credits, which are saved up at a rate and granted with what is acknowledged.
 * So one that was away for days fills in at a pace that leaves room for the others.
 */
import type { Milliseconds } from "./ports.js"

export interface CreditBounds {
  /** The most reports that may be on their way, and that may be sent at once after a rest. */
  readonly window: number
  /** In the long run. Infinity sets no limit. */
  readonly perSecond: number
}

/** Whole numbers, all but what is saved. */
export interface Credits {
  readonly bounds: CreditBounds
  /** Not granted yet. */
  readonly saved: number
  /** When it was saved up to. */
  readonly at: Milliseconds
  /** Granted, and not used. */
  readonly unused: number
  /** Reports that were sent and are not answered yet. */
  readonly underWay: number
}

export const openCredits = (bounds: CreditBounds, now: Milliseconds): Credits => ({
  bounds,
  saved: bounds.window,
  at: now,
  unused: 0,
  underWay: 0,
})

function saveUp({ bounds, saved, at }: Credits, now: Milliseconds): number {
  const { window, perSecond } = bounds
  if (perSecond === Infinity) return window
  return Math.min(window, saved + (Math.max(0, now - at) * perSecond) / 1000)
}

const roomIn = ({ bounds, unused, underWay }: Credits): number =>
  Math.max(0, bounds.window - unused - underWay)

/** Grants what there is, as far as there is room. */
export function grant(credits: Credits, now: Milliseconds): { credits: Credits; granted: number } {
  const saved = saveUp(credits, now)
  const granted = Math.min(roomIn(credits), Math.floor(saved))
  return {
    credits: { ...credits, saved: saved - granted, at: now, unused: credits.unused + granted },
    granted,
  }
}

/** Uses credits for so many reports; undefined where there are not as many. */
export const use = (credits: Credits, reports: number): Credits | undefined =>
  reports > credits.unused
    ? undefined
    : { ...credits, unused: credits.unused - reports, underWay: credits.underWay + reports }

/** So many reports were answered. */
export const settle = (credits: Credits, reports: number): Credits => ({
  ...credits,
  underWay: credits.underWay - reports,
})

/** For the next link of the same cloud node: what was not used is saved, what was under way is used up. */
export const rest = (credits: Credits, now: Milliseconds): Credits => ({
  ...credits,
  saved: Math.min(credits.bounds.window, saveUp(credits, now) + credits.unused),
  at: now,
  unused: 0,
  underWay: 0,
})

/** In how many milliseconds there is enough to be worth a grant; undefined where there is no room for one. */
export function waitForGrant(credits: Credits): Milliseconds | undefined {
  const enough = Math.min(roomIn(credits), Math.ceil(credits.bounds.window / 4))
  if (enough === 0) return undefined
  return Math.max(1, Math.ceil(((enough - credits.saved) * 1000) / credits.bounds.perSecond))
}
