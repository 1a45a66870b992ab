/**
 * Runs a virtual building in real time: reads it from the server, lets it live, and reports what happens. This is where
 * the pure building meets clock, timers and chance; it must not know how doors behave.
 */
import { randomUUID } from "node:crypto"
import { LinkFault, openApiSession, type ApiClientOptions, type Ask } from "./api-session.js"
import { openBuilding } from "./building/building.js"
import { readBuilding, type CloudNodePlan } from "./read-building.js"
import { reportsOf } from "./building/lines.js"
import { ReportLink } from "./report-link.js"
import { createTroubles } from "./troubles.js"
import { wait } from "./wait.js"

export interface RunOptions extends ApiClientOptions {
  /** Ends the run when it aborts. */
  readonly signal: AbortSignal
  /** The same seed lives the same life; the moment of the start unless told. */
  readonly seed?: number
  /** Called once for each distinct trouble, not per try, and with `recovered` when it is over. */
  readonly onTrouble?: (message: string) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

type Running = Required<RunOptions>

/** How long what is being sent may take after the end, in milliseconds. */
const grace = 1_000
/** Woken later than this, the machine slept or was busy: what was missed is not made up for. */
const lateness = 1_000
/** A building is never quiet for so long: if it seems to be, the clock was set back. */
const quietness = 5_000
const pauses = { first: 250, most: 5_000 }

/**
 * Runs the buildings of a system, one for each cloud node that has doors, until the signal aborts. Resolves within
 * about a second after that, with all timers cleared and what was pending sent or given up. While the server is away
 * it tries again, for ever. Rejects only when `url` is none, or on a bug.
 */
export async function runBuilding(options: RunOptions): Promise<void> {
  const run: Running = { now: Date.now, seed: (options.now ?? Date.now)(), onTrouble: () => {}, ...options }
  const giveUp = new AbortController()
  const ask = openApiSession(run, run.now, giveUp.signal)
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    timer = setTimeout(() => giveUp.abort(), grace)
  }
  run.signal.addEventListener("abort", end, { once: true })
  try {
    const plans = await readUntilThere(run, ask)
    await Promise.all(plans.map((plan, index) => live(run, ask, plan, run.seed + index)))
  } finally {
    clearTimeout(timer)
    run.signal.removeEventListener("abort", end)
  }
}

/** Reads the plans as often as it takes; none when the run ends before. */
async function readUntilThere({ systemId, signal, onTrouble }: Running, ask: Ask): Promise<CloudNodePlan[]> {
  const troubles = createTroubles(onTrouble)
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const plans = await readBuilding(ask, systemId)
      if (plans.length === 0) throw new LinkFault("The system has no cloud node with doors.")
      troubles.over()
      return plans
    } catch (fault) {
      if (!(fault instanceof LinkFault)) throw fault
      if (!signal.aborted) troubles.had(fault.message)
      await wait(Math.max(fault.retryAfter ?? 0, Math.min(pauses.most, pauses.first * 2 ** failures)), signal)
    }
  }
  return []
}

async function live(run: Running, ask: Ask, plan: CloudNodePlan, seed: number): Promise<void> {
  const { systemId, signal, onTrouble, now } = run
  const building = openBuilding({ plan, seed, run: randomUUID(), from: now() })
  const link = new ReportLink({ ask, systemId, cloudNodeId: plan.cloudNodeId, signal, onTrouble })
  while (!signal.aborted) {
    const late = now() - building.nextAt()
    if (late > lateness || late < -quietness) building.shift(late)
    link.send(reportsOf(building.advance(now())))
    await wait(Math.max(0, building.nextAt() - now()), signal)
  }
  await link.settle()
}
