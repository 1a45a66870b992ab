/** What becomes of each connection: shown while it is open, and told once when it ends. It must not know where that goes. */
import type { IncomingMessage } from "node:http"
import type { RefusalCode } from "@doorstream/contract"
import type { Socket as Connection } from "engine.io"
import { countRefusal, type Meter } from "../../core/meter.js"
import type { OpenConnection } from "../../core/connected.js"
import type { Milliseconds, Verified } from "../../core/ports.js"

/** Never a token, nor anything else of the URL. */
export interface Fate {
  readonly address: string
  readonly client?: string
  readonly system?: string
  /** Of Engine.IO: 3 or 4; not there for a stream over plain HTTP. */
  readonly protocol?: number
  /** The last one that it used. */
  readonly transport: string
  readonly seconds: number
  /** How many events it was sent. */
  readonly sent: number
  /** Why it ended, in Engine.IO's words. */
  readonly ended: string
  readonly refused?: RefusalCode
}

/** What is known of a connection before it ends. */
interface Known {
  readonly number: number
  readonly began: Milliseconds
  readonly address: string
  client?: string
  system?: string
  sent: () => number
  refused?: RefusalCode
}

/** What is known of one connection from its beginning on. */
export interface About {
  /** Its number. */
  readonly connection: number
  readonly address: string
  readonly since: Milliseconds
}

const unknown = { number: 0, address: "unknown", began: 0 }

interface Telling {
  /** The address of whoever asks. */
  readonly addressOf: (request: IncomingMessage) => string
  /** A number that no connection had since the server was started. */
  readonly number: () => number
  /** Hears of each connection when it has ended. */
  readonly told: (fate: Fate) => void
}

export class Fates {
  readonly #known = new Map<object, Known>()
  readonly #telling: Telling
  readonly #meter: Meter
  readonly #now: () => Milliseconds

  constructor(telling: Telling, meter: Meter, now: () => Milliseconds) {
    this.#telling = telling
    this.#meter = meter
    this.#now = now
  }

  begin(connection: Connection): void {
    // The address of a socket that is closed can no longer be told.
    const known: Known = {
      number: this.#telling.number(),
      began: this.#now(),
      address: this.#telling.addressOf(connection.request),
      sent: () => 0,
    }
    this.#known.set(connection, known)
    connection.once("close", (why: string) => this.#end(connection, known, why))
  }

  /** The number of an open connection; 0 of one that has ended. */
  numberOf(connection: object): number {
    return this.#known.get(connection)?.number ?? 0
  }

  about(connection: object): About {
    const { number, address, began } = this.#known.get(connection) ?? unknown
    return { connection: number, address, since: began }
  }

  open(): OpenConnection[] {
    return [...this.#known].map(([connection, { number, address, client, system, began, sent }]) => {
      const { protocol, transport } = connection as Connection
      const who = { client: client ?? null, system: system ?? null }
      return { number, address, ...who, protocol, transport: transport.name, since: began, sent: sent() }
    })
  }

  admit(connection: object, { clientId, systemId }: Verified, sent: () => number): void {
    const known = this.#known.get(connection)
    if (known !== undefined) Object.assign(known, { client: clientId, system: systemId, sent })
  }

  refuse(connection: object, refused: RefusalCode): void {
    countRefusal(this.#meter, refused)
    const known = this.#known.get(connection)
    if (known !== undefined) known.refused = refused
  }

  #end(connection: Connection, { number: _, began, sent, ...known }: Known, why: string): void {
    const { protocol, transport } = connection
    this.#known.delete(connection)
    const seconds = (this.#now() - began) / 1000
    this.#telling.told({ ...known, protocol, transport: transport.name, seconds, sent: sent(), ended: why })
  }
}
