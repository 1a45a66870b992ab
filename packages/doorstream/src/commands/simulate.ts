/** `doorstream simulate`: a virtual building in a system, with its own time, until it is told to end. */
import { randomInt } from "node:crypto"
import { openSimulation, type GeneratedBuilding, type Simulation } from "@doorstream/simulator"
import { readAccount, type Account } from "../account.js"
import { openToTriggers } from "../buildings/open-to-triggers.js"
import { openProgress } from "../progress.js"
import { Plight, remark, say } from "../say.js"
import { signalled } from "../signals.js"
import { checkMayManage } from "../simulating/may-manage.js"
import { openMeter, paceInWords, progressInWords, summaryInWords } from "../simulating/pace-words.js"
import type { Moment } from "../simulating/pace-words.js"
import { placeBuilding, takeOut } from "../simulating/place-building.js"
import { readSimulateOptions, type SimulateOptions, type ToldOptions } from "../simulating/read-options.js"
import { untilEnded } from "../simulating/until-ended.js"

/** So often it is looked how far the building is, in milliseconds. */
const look = 500

/** Small enough to be typed again. */
const drawSeed = (): number => randomInt(1, 100_000)

interface Run {
  readonly account: Account
  readonly options: SimulateOptions
  readonly signal: AbortSignal
  /** The one that was written for this; else the system's own. */
  readonly placed: GeneratedBuilding | undefined
  /** Says something beside the line of the progress. */
  readonly tell: (text: string) => void
}

function open({ account, options, signal, placed, tell }: Run): Promise<Simulation> {
  const { seed, speed, scenario, from, lasts, takeOver } = options
  return openSimulation({
    ...account,
    seed,
    speed,
    signal,
    ...(from !== undefined && { from }),
    ...(scenario !== undefined && { scenario }),
    ...(lasts !== undefined && { lasts }),
    // Nobody else was linked as this building when it was written: its panels are of a run before.
    takeOver: takeOver || placed !== undefined,
    ...(placed && { cloudNodes: placed.cloudNodes.map(({ id }) => id), rexUnlocks: placed.rexUnlocks }),
    onTrouble: (trouble) => tell(`doorstream: the virtual building: ${trouble}`),
    onPace: (pace) => tell(`doorstream: ${paceInWords(pace)}`),
  })
}

/** Links its cloud nodes, which takes a while where they are many. Undefined where Ctrl-C came before. */
async function begin(run: Run): Promise<Simulation | undefined> {
  const progress = openProgress("Linking the cloud nodes")
  const began = performance.now()
  const telling = setInterval(
    () => progress.show(`${Math.round((performance.now() - began) / 1000)} s`),
    look,
  )
  try {
    return await untilEnded(open(run), run.signal)
  } catch (error) {
    // Most of all where `npm start` runs the system's own building.
    const isTaken = error instanceof Plight && error.message.includes("registered already")
    throw isTaken
      ? new Plight(`${error.message}\nOr make a building of your own beside it: --doors 40`)
      : error
  } finally {
    clearInterval(telling)
    progress.end()
  }
}

const momentOf = (simulation: Simulation): Moment => ({
  real: performance.now(),
  progress: simulation.progress(),
})

async function live(run: Run, progress: ReturnType<typeof openProgress>): Promise<void> {
  const simulation = await begin(run)
  if (simulation === undefined) return
  const close = await openToTriggers(run.account.systemId, simulation, run.tell)
  run.tell(`Simulating with --seed ${run.options.seed}. Ctrl-C ends it.`)
  const measure = openMeter()
  const first = momentOf(simulation)
  const looking = setInterval(() => {
    const moment = momentOf(simulation)
    progress.show(progressInWords(moment, measure(moment), run.options.speed))
  }, look)
  try {
    await untilEnded(simulation.run(), run.signal)
  } finally {
    clearInterval(looking)
    progress.end()
    await close()
  }
  say(`${summaryInWords(first, momentOf(simulation))}.`)
}

async function endWhenSignalled(ending: AbortController): Promise<void> {
  await signalled()
  if (process.stderr.isTTY)
    remark("\nEnding: what is under way is finished first. Ctrl-C again ends at once.")
  ending.abort()
}

export async function simulate(told: ToldOptions): Promise<void> {
  const options = readSimulateOptions(told, drawSeed)
  const account = readAccount(process.env)
  const ending = new AbortController()
  const { signal } = ending
  await checkMayManage(account)
  void endWhenSignalled(ending)
  if (options.remove) return takeOut(account, options, signal)
  const { building } = options
  const placed = building && (await placeBuilding(account, { ...options, building }, signal))
  if (signal.aborted) return
  const progress = openProgress("Simulating")
  const tell = (text: string): void => {
    progress.end()
    remark(text)
  }
  await live({ account, options, signal, placed, tell }, progress)
}
