/** An event as a line for a person. It must not know how it came. */
import type { LiveEvent, ReportedEvent } from "@doorstream/contract"
import { styled } from "../say.js"

const colours: readonly (readonly [RegExp, Parameters<typeof styled>[0]])[] = [
  [/alarm\.(forced|propped\.on)$/, ["red", "bold"]],
  [/denied|unknown|disconnected|not_synced|gap/, "yellow"],
  [/allowed|cleared|propped\.off|connected|\.synced/, "green"],
  [/liveEvent/, "cyan"],
]

const colourOf = (topic: string): Parameters<typeof styled>[0] =>
  colours.find(([like]) => like.test(topic))?.[1] ?? "reset"

/** Puts the placeholders into a sentence. */
const spell = ({ info, placeholders }: LiveEvent): string => {
  const texts = placeholders.map(({ text }) => text)
  return info.replaceAll("%s", () => texts.shift() ?? "%s")
}

interface Named {
  readonly name: string
}

function detailsOf(topic: string, event: unknown): string {
  if (topic === "liveEvent") return spell(event as LiveEvent)
  const { body, cloudNode } = event as Partial<ReportedEvent<string, { device?: Named; holder?: Named }>>
  if (body === undefined || cloudNode === undefined) return JSON.stringify(event)
  const names = [body.device?.name, body.holder?.name].filter((name) => name !== undefined)
  return names.length > 0 ? names.join(", ") : cloudNode.name
}

/** What would break the line or steer the terminal, in a name for example, is left out. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}+/gu, " ")

/** `14:03:27  device.request.allowed       Front Door, Ada Lovelace` */
export function prettyLine(topic: string, event: unknown): string {
  const { occurred } = event as { readonly occurred?: number }
  const time = new Date(occurred ?? Date.now()).toTimeString().slice(0, 8)
  return `${styled("dim", time)}  ${styled(colourOf(topic), topic.padEnd(27))}  ${plain(detailsOf(topic, event))}`
}
