/** Topics and wildcards as they are asked for, in types alone, so that the compiler knows what is heard. */
import type { TopicName } from "@doorstream/contract"

type PrefixOf<N extends string> = N extends `${infer First}.${infer Rest}`
  ? First | `${First}.${PrefixOf<Rest>}`
  : never

/** A topic, `*` for all, or all below a prefix: `device.*`, `device.alarm.*`. */
export type Word = TopicName | "*" | `${PrefixOf<TopicName>}.*`

/** The topics that a word stands for. */
export type MeantBy<W> = W extends TopicName
  ? W
  : W extends "*"
    ? TopicName
    : W extends `${infer Prefix}.*`
      ? Extract<TopicName, `${Prefix}.${string}`>
      : never
