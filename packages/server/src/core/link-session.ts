/**
 * What is decided on one node link: versions, proof, credits, keys. State and what happened in; state and what is to be
 * done out. It must not know of sockets, nor how a proof is checked. PROTOCOL §16.
 */
import {
  linkVersions,
  refuse,
  type NodeMessage,
  type Refusal,
  type ServerMessage,
  type VersionRange,
} from "@doorstream/contract"
import { grant, settle, use, type Credits } from "./credits.js"
import type { Milliseconds, ReportOutcome, SystemId } from "./ports.js"

/** A cloud node whose key was proven. */
export interface Proven {
  readonly system: SystemId
  readonly cloudNodeId: string
  readonly serialNumber: string
  /** Of the key that was proven. */
  readonly keyHash: string
}

export type LinkSession =
  | { readonly stage: "unproven" }
  | {
      readonly stage: "entering"
      readonly version: number
      readonly proven: Proven
      readonly revision: string | undefined
    }
  | {
      readonly stage: "open"
      readonly version: number
      readonly proven: Proven
      readonly credits: Credits
      /** The hash of a key that was given and is not yet known to be kept. */
      readonly offered?: string
    }

export type LinkHappened =
  /** `proven` is what a proof in the message was found to prove. */
  | { readonly what: "said"; readonly message: NodeMessage; readonly proven?: Proven | undefined }
  /** All that is to be done before the welcome is done. */
  | { readonly what: "entered"; readonly credits: Credits }
  | { readonly what: "taken"; readonly reports: number; readonly outcome: ReportOutcome | Refusal }
  | { readonly what: "offered"; readonly key: string; readonly keyHash: string }
  | { readonly what: "confirmed"; readonly keyHash: string }
  /** Some time has gone by: there may be credits to grant. */
  | { readonly what: "look" }

/** What only a cloud node says that is synced and commanded. */
export type ServedMessage = Extract<
  NodeMessage,
  { type: "partTaken" | "synced" | "commandDone" | "commandRefused" }
>

/** The first version of the link in which cloud nodes are synced and commanded. */
export const servedFrom = 2

export type LinkEffect =
  | { readonly do: "send"; readonly message: ServerMessage }
  | { readonly do: "end"; readonly refusal: Refusal }
  /** Let it in: the newest link of a cloud node is the one that counts. */
  | { readonly do: "enter"; readonly proven: Proven }
  | { readonly do: "take"; readonly reports: readonly unknown[] }
  | { readonly do: "offer"; readonly beside: string }
  | { readonly do: "confirm"; readonly keyHash: string }
  /** It is welcome, and can be synced and commanded from now on; it knows this revision. */
  | { readonly do: "serve"; readonly revision: string | undefined }
  /** It says how far it is with a sync or a command. */
  | { readonly do: "hear"; readonly message: ServedMessage }

export interface LinkDecided {
  readonly session: LinkSession
  readonly effects: readonly LinkEffect[]
}

/** What is as it is whatever is decided. */
export interface LinkFacts {
  /** By a clock that is never put back. */
  readonly now: Milliseconds
  /** Since 1970. */
  readonly time: Milliseconds
  readonly silence: Milliseconds
}

/** The highest version in both ranges. */
export function agreeOnVersion(ours: VersionRange, theirs: VersionRange): number | undefined {
  const highest = Math.min(ours.max, theirs.max)
  return highest < Math.max(ours.min, theirs.min) ? undefined : highest
}

const done = (session: LinkSession, ...effects: readonly LinkEffect[]): LinkDecided => ({ session, effects })
const say = (message: ServerMessage): LinkEffect => ({ do: "send", message })
const end = (session: LinkSession, refusal: Refusal): LinkDecided => done(session, { do: "end", refusal })

type Said = Extract<LinkHappened, { what: "said" }>
type Open = Extract<LinkSession, { stage: "open" }>

function hello(session: LinkSession, { message, proven }: Said): LinkDecided {
  if (message.type !== "hello") return end(session, refuse("message_unexpected"))
  const version = agreeOnVersion(linkVersions, message.versions)
  if (version === undefined) return end(session, refuse("version_not_spoken"))
  if (proven === undefined) return end(session, refuse("key_wrong"))
  const { revision } = message
  return done({ stage: "entering", version, proven, revision }, { do: "enter", proven })
}

function hear(session: Open, { message, proven }: Said): LinkDecided {
  switch (message.type) {
    case "reports": {
      const credits = use(session.credits, message.reports.length)
      if (credits === undefined) return end(session, refuse("credits_exceeded"))
      return done({ ...session, credits }, { do: "take", reports: message.reports })
    }
    case "rotateKey":
      return done(session, { do: "offer", beside: session.proven.keyHash })
    case "keyKept":
      if (session.offered === undefined) return end(session, refuse("message_unexpected"))
      return proven?.keyHash === session.offered
        ? done(session, { do: "confirm", keyHash: session.offered })
        : end(session, refuse("key_wrong"))
    case "hello":
      return end(session, refuse("message_unexpected"))
    case "partTaken":
    case "synced":
    case "commandDone":
    case "commandRefused":
      return session.version < servedFrom
        ? end(session, refuse("message_unexpected"))
        : done(session, { do: "hear", message })
  }
}

function answerRun(
  session: Open,
  outcome: ReportOutcome | Refusal,
  reports: number,
  { now, time }: LinkFacts,
): LinkDecided {
  const { credits, granted } = grant(settle(session.credits, reports), now)
  const brings = { credits: granted, time }
  const message: ServerMessage =
    "code" in outcome
      ? { type: "refused", code: outcome.code, message: outcome.message, ...brings }
      : { type: "acknowledged", accepted: outcome.accepted, refused: outcome.refused, ...brings }
  return done({ ...session, credits }, say(message))
}

function welcome(
  { version, proven, revision }: Extract<LinkSession, { stage: "entering" }>,
  before: Credits,
  { now, time, silence }: LinkFacts,
): LinkDecided {
  const { credits, granted } = grant(before, now)
  const { system: systemId, cloudNodeId } = proven
  return done(
    { stage: "open", version, proven, credits },
    say({ type: "welcome", version, systemId, cloudNodeId, silence, credits: granted, time }),
    ...(version < servedFrom ? [] : [{ do: "serve", revision } as const]),
  )
}

function decideOpen(session: Open, happened: LinkHappened, facts: LinkFacts): LinkDecided {
  switch (happened.what) {
    case "said":
      return hear(session, happened)
    case "taken":
      return answerRun(session, happened.outcome, happened.reports, facts)
    case "offered":
      return done({ ...session, offered: happened.keyHash }, say({ type: "newKey", key: happened.key }))
    case "confirmed": {
      const { offered: _, ...rest } = session
      const proven = { ...session.proven, keyHash: happened.keyHash }
      return done({ ...rest, proven }, say({ type: "keyReplaced" }))
    }
    case "look": {
      const { credits, granted } = grant(session.credits, facts.now)
      const message: ServerMessage = { type: "credits", credits: granted, time: facts.time }
      return done({ ...session, credits }, ...(granted === 0 ? [] : [say(message)]))
    }
    case "entered":
      return done(session)
  }
}

export function decideLink(session: LinkSession, happened: LinkHappened, facts: LinkFacts): LinkDecided {
  switch (session.stage) {
    case "unproven":
      return happened.what === "said" ? hello(session, happened) : done(session)
    case "entering":
      if (happened.what === "said") return end(session, refuse("message_unexpected"))
      return happened.what === "entered" ? welcome(session, happened.credits, facts) : done(session)
    case "open":
      return decideOpen(session, happened, facts)
  }
}
