/**
 * What the house needs from its engines and what its rooms need from each other. Rooms never import one another: they
 * know these shapes, and main.ts hands them the real thing.
 */
import type {
  CloudNode,
  Connection,
  Device,
  Group,
  Holder,
  Refusal,
  Rule,
  System,
  TopicName,
} from "@doorstream/contract"
import type { Audited } from "./audit.js"
import type { Bounds } from "./grants.js"

export type SystemId = string

/** Where an entry stands in its system's log: 1, 2, 3, … without holes. */
export type Position = number

/** Milliseconds since 1970, by this server's clock. */
export type Milliseconds = number

// --- The log ---------------------------------------------------------------------------------------------------------

/**
 * One event as the log keeps it. `text` is the event as JSON, exactly as it goes out on the wire; empty where the event
 * was forgotten before those around it, because its topic is kept for a shorter time.
 */
export interface Row {
  readonly position: Position
  readonly topic: TopicName
  readonly text: string
  readonly received: Milliseconds
  /** The id of the report that caused it; empty where none did, and for the `liveEvent` beside an event. */
  readonly reportId: string
}

/** What one report, or one decision of the server, appends: an event, and the `liveEvent` beside it. */
export interface Entry {
  /** Remembered for as long as the log keeps the event: the same id again is not appended. Empty: never the same. */
  readonly reportId: string
  readonly received: Milliseconds
  readonly events: readonly { readonly topic: TopicName; readonly text: string }[]
}

export interface Appended {
  /** The position of the entry's first event. */
  readonly position: Position
  /** The report was in the log already, at that position, and nothing was written. */
  readonly repeated: boolean
}

/** Writes of one room of an engine that another room of it makes with its own. Only the engine knows what they are. */
export type Beside = readonly object[]

/** How much one read may look at before it gives others their turn. */
export interface ReadBounds {
  /** The most rows looked at. */
  readonly rows: number
  /** The most milliseconds spent; at least one row is read all the same. */
  readonly milliseconds: number
}

export interface Page {
  readonly rows: readonly Row[]
  /** Where to read on: the position after the last row looked at. */
  readonly next: Position
  /** The oldest position that is kept. Later than what was asked for: the rows between are gone. */
  readonly first: Position
}

/** A system's log as it stands. `last` is the newest flushed position, 0 before the first. */
export interface Extent {
  /** Names this very log: a wiped or restored one has another. */
  readonly epoch: string
  readonly first: Position
  readonly last: Position
}

export interface Following {
  /** The newest flushed position when following began: the first rows heard come right after it. */
  readonly last: Position
  stop(): void
}

/** A log per system. It outlives the process, and is the only queue there is. */
export interface Log {
  /**
   * Appends entries in one write, in order, and resolves once they are flushed to disk. Followers have heard the rows
   * by then. Rejects when nothing of it was kept.
   *
   * @param beside what the same engine's registry writes with it: a change and its events are one write
   */
  append(system: SystemId, entries: readonly Entry[], beside?: Beside): Promise<Appended[]>
  /** Reads on from a position, only what is flushed. */
  read(system: SystemId, from: Position, bounds: ReadBounds): Promise<Page>
  extent(system: SystemId): Promise<Extent>
  /** Calls back synchronously with each flushed group of rows, in order and without holes. */
  follow(system: SystemId, heard: (rows: readonly Row[]) => void): Promise<Following>
}

// --- The registry ----------------------------------------------------------------------------------------------------

export const scopes = ["listen", "report", "manage", "command", "operate"] as const
export type Scope = (typeof scopes)[number]

/** An application that may ask for tokens, within bounds. Its secret is kept as a hash only. */
export interface ApiClient extends Bounds {
  readonly id: string
  readonly name: string
  /** SHA-256 of the secret, in hexadecimal. */
  readonly secretHash: string
  readonly systems: readonly SystemId[]
  readonly scopes: readonly Scope[]
  readonly created: string
}

/** A holder as the registry keeps one. A PIN is never read back: its hash alone is kept. */
export interface KeptHolder extends Holder {
  readonly pinHash?: string
}

/** The panel that a cloud node was registered with, under the cloud node's id. Its key is kept as hashes only. */
export interface Panel {
  readonly id: string
  readonly serialNumber: string
  /** SHA-256 of each key that is good, in hexadecimal, the newest first. */
  readonly keyHashes: readonly string[]
  readonly registered: string
}

/** What was told last of a cloud node's being there, under its id. */
export interface Presence {
  readonly id: string
  readonly connected: boolean
  /** When it came or went. */
  readonly timestamp: Milliseconds
}

/**
 * How far a cloud node with a panel is with knowing what the registry knows, under the cloud node's id. `pending`: there
 * is something that it was not sent; `started`: it was sent all, and has not said that it took it over.
 */
export interface Sync {
  readonly id: string
  readonly status: "pending" | "started" | "synced"
  /** Since when that is so. */
  readonly timestamp: Milliseconds
  /** What it said that it took over last. */
  readonly known?: string
  /** What it is being sent, or was sent last. */
  readonly sending?: string
}

/** The kinds of object a registry holds. */
export interface Kinds {
  system: System
  client: ApiClient
  cloudNode: CloudNode
  panel: Panel
  presence: Presence
  sync: Sync
  connection: Connection
  device: Device
  holder: KeptHolder
  group: Group
  rule: Rule
}
export type Kind = keyof Kinds

/** What belongs to no system: `system` and `client` are registered under this. */
export const house: SystemId = ""

export type Change = {
  [K in Kind]: {
    readonly kind: K
    readonly system: SystemId
    readonly value: Kinds[K]
    /**
     * `removed`: it is no longer there, but what is told late about it can still be told. `erased`, of a holder: nothing
     * personal is left in `value`, and what the log says of the holder is redacted on reading.
     */
    readonly state?: "removed" | "erased"
  }
}[Kind]

export interface CardOrCredential {
  /** Its id, or its externalId. */
  readonly credentialId?: string | undefined
  readonly facilityCode?: string | undefined
  readonly cardNumber?: string | undefined
}

/** Changes that were decided, with the events that they cause and what to answer. */
export interface Decided<T> {
  readonly changes: readonly Change[]
  /** Appended to a system's log in the same write as the changes. */
  readonly events?: { readonly system: SystemId; readonly entries: readonly Entry[] }
  /** Told in the audit in the same write, in this order. */
  readonly audit?: readonly Audited[]
  /** What another room of the engine writes with it. */
  readonly beside?: Beside
  readonly answer: T
}

/** What is known of systems, and what stands in them. Reads are answered from memory. */
export interface Registry {
  find<K extends Kind>(kind: K, system: SystemId, id: string): Kinds[K] | undefined
  /** Finds what was removed, too. */
  findEver<K extends Kind>(kind: K, system: SystemId, id: string): Kinds[K] | undefined
  /** Finds by the name that the user gave, among what was not removed. */
  findNamed<K extends Kind>(kind: K, system: SystemId, externalId: string): Kinds[K] | undefined
  /** Finds what was removed, too, by the name that it had then; what has the name now comes first. */
  findNamedEver<K extends Kind>(kind: K, system: SystemId, externalId: string): Kinds[K] | undefined
  /** All of a kind in a system, oldest first. */
  list<K extends Kind>(kind: K, system: SystemId): readonly Kinds[K][]
  /** The holder of a credential, by its id or else by what is on the card. */
  holderOf(system: SystemId, card: CardOrCredential): KeptHolder | undefined
  /** The cloud node that has a serial number, or else the one that had it when it was removed. */
  cloudNodeWith(system: SystemId, serialNumber: string): CloudNode | undefined
  /** Finds the panel with a serial number in whichever system it is registered. */
  panelWith(serialNumber: string): { readonly system: SystemId; readonly panel: Panel } | undefined
  /** The ids of the holders who were erased. */
  erased(system: SystemId): ReadonlySet<string>
  /** Makes changes in one write; resolves once it is flushed to disk. */
  put(changes: readonly Change[]): Promise<void>
  /**
   * Decides and makes changes, one after the other: `decide` sees all that was changed before it, and nothing is changed
   * between its decision and its write. Resolves once that is flushed to disk.
   */
  change<T>(decide: () => Decided<T> | Refusal): Promise<T | Refusal>
}

// --- Between the rooms -----------------------------------------------------------------------------------------------

export type { Verified, VerifySystemToken } from "./verified.js"

export interface ReportAccepted {
  readonly id: string
  readonly position: Position
}

export interface ReportRefused extends Refusal {
  /** The id as it came; null where there was none that can be told. */
  readonly id: string | null
}

export interface ReportOutcome {
  readonly accepted: readonly ReportAccepted[]
  readonly refused: readonly ReportRefused[]
}

/** Who sent reports: an API client or a cloud node, and from which address. */
export type Sender = Pick<Author, "id" | "from">

/**
 * Takes in reports of a cloud node, named by its id or externalId; resolves once what was accepted is flushed. A refusal
 * is for the whole.
 */
export type AcceptReports = (
  system: SystemId,
  cloudNodeWord: string,
  reports: readonly unknown[],
  by?: Sender,
) => Promise<ReportOutcome | Refusal>

/** Who changes or commands something: an API client, or the operator. */
export interface Author {
  readonly id: string
  readonly name: string
  /** The address that the request came from; `operator` for the operator socket. */
  readonly from: string
}

/**
 * Decides on changes to one system and makes them, with the events that they cause in the same write. Answers what was
 * decided, or why nothing was changed.
 */
export type ChangeSystem = <T>(
  system: SystemId,
  by: Author,
  decide: () => Omit<Decided<T>, "events" | "audit"> | Refusal,
) => Promise<T | Refusal>
