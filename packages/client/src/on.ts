/** `on`: listening by functions instead of a loop, one for each topic. It must not know how anything is heard. */
import type { SystemState } from "@doorstream/contract"
import type { EventsByTopic } from "./events-by-topic.js"
import { Listening, type Told } from "./listening.js"
import type { ListenSettings } from "./options.js"
import type { MeantBy, Word } from "./topics.js"
import { realWorld, type World } from "./world.js"

type Wildcard = Exclude<Word, keyof EventsByTopic>

/** What is called with which events. Where more than one is meant by an event, each is called, in this order. */
export type Hearers = { readonly [N in keyof EventsByTopic]?: (event: EventsByTopic[N]) => unknown } & {
  readonly [W in Wildcard]?: (event: EventsByTopic[MeantBy<W>]) => unknown
}

/** Listening that was begun by `on`. */
export interface Hearing {
  /** Resolves when it was closed, or ended by its signal; rejects with what does not pass, or what a function throws. */
  readonly ended: Promise<void>
  /** The cursor of the last event that was dealt with. */
  readonly cursor: string | undefined
  /** All doors and cloud nodes after the last event that was told; undefined without `state: true`. */
  readonly state: SystemState | undefined
  readonly close: () => void
}

const means = (word: string, topic: string): boolean =>
  word === topic || word === "*" || (word.endsWith(".*") && topic.startsWith(word.slice(0, -1)))

export function hearIn(world: World, settings: ListenSettings, hearers: Hearers): Hearing {
  const all = Object.entries(hearers) as [Word, ((event: Told) => unknown) | undefined][]
  const listening = new Listening<Told>(
    world,
    settings,
    all.map(([word]) => word),
  )
  const run = async (): Promise<void> => {
    for await (const event of listening)
      for (const [word, hear] of all) if (means(word, event.topic)) await hear?.(event)
  }
  return {
    ended: run(),
    get cursor() {
      return listening.cursor
    },
    get state() {
      return listening.state
    },
    close: () => listening.close(),
  }
}

/**
 * Hears events by functions, one after the other: the next event waits until the function is done with this one, and what it
 * returns is waited for.
 *
 * @example
 * const { ended } = on({ url, systemId, token: fetchToken }, {
 *   "device.alarm.forced": (event) => ring(event.body.device.name),
 *   "device.request.*": (event) => log(event.topic),
 * })
 */
export const on = (settings: Omit<ListenSettings, "gaps">, hearers: Hearers): Hearing =>
  hearIn(realWorld, settings, hearers)
