/** `doorstream replay`: the past of a running server, at speed, on an address of this machine that speaks as it does. */
import type { RunningReplay } from "@doorstream/server"
import { createInsist, openApiSession } from "@doorstream/simulator"
import { readAccount } from "../account.js"
import { openProgress, type Progress } from "../progress.js"
import { openReplay } from "../replaying/open-replay.js"
import { play, untilHeard, type Played } from "../replaying/play.js"
import { readReplayOptions, type ReplayOptions, type ToldOptions } from "../replaying/read-options.js"
import { beginPast, type Piece } from "../replaying/source.js"
import { gapInWords, progressInWords, summaryInWords } from "../replaying/words.js"
import { remark, say } from "../say.js"
import { signalled } from "../signals.js"
import { untilEnded } from "../simulating/until-ended.js"

/** How often it is looked how far it is, and for how long at the end whether all have heard. In milliseconds. */
const [look, patience] = [250, 10_000]

interface Run {
  readonly options: ReplayOptions
  readonly past: AsyncIterable<Piece>
  readonly replay: RunningReplay
  readonly signal: AbortSignal
  readonly progress: Progress
}

/** Says something beside the line of the progress. */
const tell = (progress: Progress, text: string): void => {
  progress.end()
  remark(`doorstream: ${text}`)
}

async function waitForListener({ options, replay, signal, progress }: Run): Promise<void> {
  if (options.atOnce || replay.audience().listeners > 0) return
  tell(progress, "waiting for the first listener to subscribe; --at-once does not.")
  await untilHeard(replay, ({ listeners }) => listeners > 0, signal)
}

/** What was sent last is to be heard, too, before the server goes. */
async function letHear({ options, replay, signal, progress }: Run): Promise<void> {
  if (options.stay && !signal.aborted) {
    tell(progress, "all of it went out; it is answered until Ctrl-C.")
    return untilHeard(replay, () => false, signal)
  }
  const enough = AbortSignal.any([signal, AbortSignal.timeout(patience)])
  await untilHeard(replay, ({ behind, waiting }) => behind === 0 && waiting === 0, enough)
}

async function run(running: Run): Promise<string> {
  const { options, past, replay, signal, progress } = running
  const played: Played = { events: 0, first: undefined, at: undefined }
  await waitForListener(running)
  const began = performance.now()
  const show = (): void => progress.show(progressInWords(played, replay.audience(), options.speed))
  const looking = setInterval(show, look)
  let passed = 0
  try {
    const gone = (gap: Parameters<typeof gapInWords>[0]): void => tell(progress, gapInWords(gap))
    await untilEnded(play(past, played, { replay, speed: options.speed, signal, gone }), signal)
    passed = performance.now() - began
    await letHear(running)
  } finally {
    clearInterval(looking)
    progress.end()
  }
  return summaryInWords(played, passed, !signal.aborted || options.stay)
}

export async function replayPast(told: ToldOptions): Promise<void> {
  const options = readReplayOptions(told, Date.now())
  const account = readAccount(process.env)
  const ending = new AbortController()
  const { signal } = ending
  void signalled().then(() => ending.abort())
  const progress = openProgress("Replaying")
  const onTrouble = (trouble: string): void => tell(progress, `reading the past: ${trouble}`)
  const insist = createInsist({ ask: openApiSession(account, Date.now, signal), signal, onTrouble })
  const opened = await untilEnded(openReplay(account, insist, options.port), signal)
  if (opened === undefined) return
  try {
    const past = await untilEnded(beginPast(insist, account.systemId, options), signal)
    if (past === undefined) return
    // Alone on standard output, for whoever starts this from a script.
    say(opened.url)
    remark(await run({ options, past, replay: opened, signal, progress }))
  } finally {
    await opened.close()
  }
}
