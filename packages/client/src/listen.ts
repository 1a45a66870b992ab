/** `listen` and `on`: what integrators call, with the types of what they hear. It must not know how it is heard. */
import type { HeardGap, HeardState } from "./heard.js"
import type { EventsByTopic } from "./events-by-topic.js"
import { Listening } from "./listening.js"
import type { ListenSettings } from "./options.js"
import type { MeantBy, Word } from "./topics.js"
import { realWorld } from "./world.js"

export interface ListenOptions<W extends Word = Word> extends ListenSettings {
  /** What is heard: topics, and wildcards such as `device.alarm.*`; `*` for all. */
  readonly topics: readonly W[]
}

/** What the loop may hear beside events. */
export interface Extras {
  readonly gaps?: "yield"
  readonly state?: true
}

/** What the loop hears: the events of these topics, and gaps where they are asked for. */
export type HeardBy<W extends Word, O> =
  | EventsByTopic[MeantBy<W>]
  | (O extends { readonly gaps: "yield" } ? HeardGap : never)
  | (O extends { readonly state: true } ? HeardState : never)

/**
 * Hears what happens, event by event: each once, in the log's order, however often the connection breaks meanwhile.
 *
 * An event counts as dealt with when the loop asks for the next one. The loop may take its time: what it does not ask for
 * waits on the server's disk, not in memory. It ends by `break`, by `signal`, or by an error that does not pass.
 *
 * @example
 * for await (const event of listen({ url, systemId, topics: ["device.alarm.*"], token: fetchToken }))
 *   console.log(event.topic, event.body.device.name)
 *
 * @throws DoorstreamError out of the loop; `code` says which, and PROTOCOL has them all
 */
export function listen<const W extends Word, const O extends Extras>(
  options: ListenOptions<W> & O,
): Listening<HeardBy<W, O>> {
  return new Listening(realWorld, options, options.topics)
}
