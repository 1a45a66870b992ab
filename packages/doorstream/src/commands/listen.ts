/**
 * `doorstream listen`: prints events as they come, each once and in order; renews its token by itself, and goes on after a
 * cut where it was. It loads no part of the server.
 */
import { DoorstreamError, listen as openListening, type ListenOptions as Asked } from "@doorstream/client"
import { isControlTopic, streamGap, streamState, type Gap, type SystemState } from "@doorstream/contract"
import { fetchSystemToken, readAccount, RefusedForGood, type Account } from "../account.js"
import { openStore } from "../listening/beginning.js"
import { gapInWords } from "../listening/gap-words.js"
import {
  readListenOptions,
  readTopics,
  type ListenOptions,
  type ToldOptions,
} from "../listening/read-options.js"
import { stateLines } from "../listening/state-lines.js"
import { openTroubles } from "../listening/trouble-words.js"
import { Plight, remark, say, styled, whenReaderGoes } from "../say.js"
import { prettyLine } from "./pretty.js"

/** What comes, before anybody knows more of it. */
interface Heard {
  readonly topic: string
  readonly event: unknown
  readonly cursor: string | undefined
}

/** A refusal that does not pass ends listening; whatever else befalls is tried again. */
async function fetchToken(account: Account): Promise<string> {
  try {
    return await fetchSystemToken(account)
  } catch (error) {
    throw error instanceof RefusedForGood ? new DoorstreamError("refused_for_good", error.message) : error
  }
}

function linesOf({ topic, event, cursor }: Heard, { pretty, cursors }: ListenOptions): readonly string[] {
  if (!pretty) return [JSON.stringify({ topic, event, ...(cursors ? { cursor } : {}) })]
  if (topic === streamState) return stateLines(event as SystemState)
  return [`${prettyLine(topic, event)}${cursors && cursor !== undefined ? `  ${styled("dim", cursor)}` : ""}`]
}

interface Told {
  readonly begun: () => void
  readonly trouble: NonNullable<Asked["onTrouble"]>
}

function tellOf({ url }: Account): Told {
  const troubles = openTroubles((words) => remark(`doorstream: ${words}`))
  let hasBegun = false
  return {
    begun: () => {
      if (troubles.over() || !hasBegun) remark(`doorstream: listening at ${url}`)
      hasBegun = true
    },
    trouble: troubles.hear,
  }
}

function settingsOf(account: Account, topics: readonly string[], options: ListenOptions, told: Told): Asked {
  const { after, filter, state, keep } = options
  return {
    url: account.url,
    systemId: account.systemId,
    // What a word stands for, a newer server knows better than the compiler.
    topics: topics as Asked["topics"],
    token: () => fetchToken(account),
    filter,
    ...(after === undefined ? {} : { after }),
    ...(state ? { state } : { store: openStore(keep, told.begun) }),
    gaps: "yield",
    onTrouble: told.trouble,
  }
}

function hear(heard: Heard, options: ListenOptions): void {
  if (heard.topic === streamGap) remark(`doorstream: ${gapInWords(heard.event as Gap)}`)
  for (const line of linesOf(heard, options)) say(line)
}

/** Listens until Ctrl-C. */
export async function listen(words: readonly string[], told: ToldOptions): Promise<void> {
  const options = readListenOptions(told, Date.now())
  const account = readAccount(process.env)
  // Fails at once and in words where the server or the credentials are wrong; later cuts are waited out.
  await fetchSystemToken(account)
  const topics = readTopics(words, (text) => remark(`doorstream: ${text}`))
  const tell = tellOf(account)
  const listening = openListening(settingsOf(account, topics, options, tell))
  const end = (): void => listening.close()
  process.once("SIGINT", end).once("SIGTERM", end)
  whenReaderGoes(end)
  // Of these nothing tells a cursor, and so nothing else tells that it listens.
  if (topics.every(isControlTopic)) tell.begun()
  try {
    for await (const heard of listening) {
      tell.begun()
      hear(heard, options)
    }
  } catch (error) {
    if (!(error instanceof DoorstreamError)) throw error
    throw new Plight(error.code === "refused_for_good" ? error.message : `${error.code}: ${error.message}`, {
      cause: error,
    })
  }
}
