/**
 * Tells those who subscribe to it which listeners of a system must hear and do not, and when they do again. What each was
 * told is remembered, so that whoever could not be told for a while is told what has become of it. It must not know how
 * anybody's silence is found. PROTOCOL §25.
 */
import {
  streamListenerBack,
  streamListenerSilent,
  type StreamListenerBack,
  type StreamListenerSilent,
} from "@doorstream/contract"
import type { Milliseconds } from "../core/ports.js"

/** A listener as this file knows it. */
export interface SilenceListener {
  /** Whether it may be told something now. */
  readonly mayHear: boolean
  hearSilence(name: string, body: StreamListenerSilent | StreamListenerBack): void
}

export interface Silences {
  /** It is told at once of those that are silent now. */
  join(listener: SilenceListener): void
  leave(listener: SilenceListener): void
  /** It may hear again: it is told what it was not told meanwhile. */
  settle(listener: SilenceListener): void
  silent(silent: StreamListenerSilent): void
  back(of: Pick<StreamListenerSilent, "listener" | "client">): void
  /** It need not hear any more: nobody is told. */
  forget(of: Pick<StreamListenerSilent, "listener" | "client">): void
}

const keyOf = ({ client, listener }: Pick<StreamListenerSilent, "listener" | "client">): string =>
  `${client} ${listener}`

type Silent = ReadonlyMap<string, StreamListenerSilent>

/** Tells a listener what is otherwise than it was told, and remembers that. */
function settleWith(
  listener: SilenceListener,
  its: Map<string, StreamListenerSilent>,
  silent: Silent,
  time: Milliseconds,
): void {
  if (!listener.mayHear) return
  for (const [key, was] of its) {
    if (silent.get(key) === was) continue
    its.delete(key)
    const { listener: name, client } = was
    if (!silent.has(key)) listener.hearSilence(streamListenerBack, { listener: name, client, time })
  }
  for (const [key, is] of silent) {
    if (its.has(key)) continue
    its.set(key, is)
    listener.hearSilence(streamListenerSilent, is)
  }
}

export function openSilences(now: () => Milliseconds): Silences {
  const silent = new Map<string, StreamListenerSilent>()
  const told = new Map<SilenceListener, Map<string, StreamListenerSilent>>()

  const settle = (listener: SilenceListener): void => {
    const its = told.get(listener)
    if (its !== undefined) settleWith(listener, its, silent, now())
  }
  const settleAll = (): void => {
    for (const listener of told.keys()) settle(listener)
  }
  return {
    settle,
    join: (listener) => {
      // Asked for again, it is told again.
      told.set(listener, new Map())
      settle(listener)
    },
    leave: (listener) => void told.delete(listener),
    silent: (is) => {
      silent.set(keyOf(is), is)
      settleAll()
    },
    back: (of) => {
      if (silent.delete(keyOf(of))) settleAll()
    },
    forget: (of) => {
      silent.delete(keyOf(of))
      for (const its of told.values()) its.delete(keyOf(of))
    },
  }
}
