/** Who is connected, and where every listener reads: the shapes in which the reading room tells an operator. */
import type { Hearing } from "./inspecting.js"
import type { Milliseconds, Position, Sync, SystemId } from "./ports.js"

/** An open connection. Never its sid: whoever knows that can speak in its place. */
export interface OpenConnection {
  /** 1, 2, 3, … since the server was started. */
  readonly number: number
  readonly address: string
  /** The API client; null before it was let in. */
  readonly client: string | null
  readonly system: SystemId | null
  /** Of Engine.IO: 3 or 4; null for what listens over plain HTTP. */
  readonly protocol: number | null
  readonly transport: string
  readonly since: Milliseconds
  /** How many events it was sent. */
  readonly sent: number
}

/** A listener as it stands. */
export interface ListenerStanding {
  /** The number of its connection. */
  readonly connection: number
  readonly client: string
  /** Its name, where it has one. */
  readonly name?: string
  readonly system: SystemId
  /** How many topics it has subscribed to. */
  readonly topics: number
  /** Whether it hears of some devices, cloud nodes or holders alone. */
  readonly filtered: boolean
  /** `tail`: it has all there is; `behind`: it is being read to; `waiting`: it is owed events until it renews its token. */
  readonly at: "tail" | "behind" | "waiting"
  /** Up to where it has read. */
  readonly position: Position
  /** How many positions that is before the newest. */
  readonly behind: number
  /** The first position that it is owed, for want of a valid token; null where it is owed nothing. */
  readonly owed: Position | null
  readonly tokenExpires: Milliseconds
}

export interface Connected {
  connections(): readonly OpenConnection[]
  standings(): readonly ListenerStanding[]
  /** What each listener of a system has heard. */
  hearings(system: SystemId): readonly Hearing[]
  /** Ends the connections to whose tokens, as they are in use, there is an objection, and tells it. */
  endRevoked(): void
  /** Has everybody shown what their API client may see now, no more and no less. */
  review(): void
}

/** A link that has proven its key. */
export interface LinkStanding {
  readonly system: SystemId
  readonly cloudNode: string
  readonly serialNumber: string
  readonly address: string
  /** How many reports it may still send at once. */
  readonly credits: number
  /** How far it is with knowing what the registry knows. */
  readonly sync: Sync["status"]
}
