/**
 * Watches the listeners that must hear: looks at each again and again, and tells when one falls silent and when it is
 * back. It must not know how it is seen that a peer is there. PROTOCOL §25.
 */
import type { StreamListenerSilent } from "@doorstream/contract"
import type { ListenerName } from "../core/names.js"
import type { Milliseconds, SystemId } from "../core/ports.js"
import { unwatched, watch, type RequiredListener, type Seen, type Watched } from "../core/required.js"
import type { Silences } from "./silences.js"

interface Watching {
  readonly required: { list(): readonly RequiredListener[] }
  /** Looks at a listener, and has it show that it is there; undefined where it is not connected. */
  readonly see: (listener: RequiredListener) => Seen | undefined
  readonly silencesOf: (system: SystemId) => Promise<Silences>
  /** Hears of each listener that has fallen silent or is back. */
  readonly told: (listener: RequiredListener, what: "silent" | "back", trouble: Watched["trouble"]) => void
  readonly now: () => Milliseconds
  readonly fault: (error: unknown, what: string) => void
}

export interface MustHear {
  /** Why a listener is silent, and since when; undefined where it is not, or need not hear. */
  silenceOf(of: ListenerName): StreamListenerSilent | undefined
  /** All that are silent. */
  silent(): readonly StreamListenerSilent[]
  stop(): void
}

/** How often it is looked. */
const look: Milliseconds = 250

const idOf = ({ system, client, name }: ListenerName): string => [system, client, name].join(" ")

const whose = ({ name, client }: ListenerName) => ({ listener: name, client })

const silenceIn = (of: ListenerName, { trouble, isSilent }: Watched) =>
  isSilent && trouble !== null ? { ...whose(of), ...trouble } : undefined

/** Tells those who ask, one thing after the other, so that whoever is told hears it in this order. */
function openTelling({ silencesOf, fault }: Pick<Watching, "silencesOf" | "fault">) {
  let telling: Promise<void> = Promise.resolve()
  return (system: SystemId, say: (silences: Silences) => void): void => {
    telling = telling
      .then(async () => say(await silencesOf(system)))
      .catch((error: unknown) => fault(error, "telling of a listener that must hear"))
  }
}

interface Known {
  readonly listener: RequiredListener
  readonly watched: Watched
}

export function openMustHear(watching: Watching): MustHear {
  const { required, see, told, now } = watching
  const all = new Map<string, Known>()
  const tell = openTelling(watching)

  const lookAt = (id: string, listener: RequiredListener): void => {
    const before = all.get(id)?.watched ?? unwatched
    const { watched, tell: what } = watch(before, see(listener), listener.within, now())
    all.set(id, { listener, watched })
    if (what === undefined) return
    const silence = silenceIn(listener, watched)
    told(listener, what, silence === undefined ? before.trouble : watched.trouble)
    tell(listener.system, (silences) =>
      silence === undefined ? silences.back(whose(listener)) : silences.silent(silence),
    )
  }
  const timer = setInterval(() => {
    const listed = new Map(required.list().map((listener) => [idOf(listener), listener]))
    for (const [id, listener] of listed) lookAt(id, listener)
    for (const [id, { listener }] of all)
      if (!listed.has(id) && all.delete(id))
        tell(listener.system, (silences) => silences.forget(whose(listener)))
  }, look)
  timer.unref()
  return {
    silent: () => [...all.values()].flatMap(({ listener, watched }) => silenceIn(listener, watched) ?? []),
    silenceOf: (of) => {
      const known = all.get(idOf(of))
      return known && silenceIn(of, known.watched)
    },
    stop: () => clearInterval(timer),
  }
}
