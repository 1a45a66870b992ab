/** What became of each connection: told once, when it ends. It must not know where that goes. */
import type { IncomingMessage } from "node:http"
import type { RefusalCode } from "@doorstream/contract"
import type { Socket as Connection } from "engine.io"
import { countRefusal, type Meter } from "../../core/meter.js"
import type { Milliseconds, Verified } from "../../core/ports.js"

/** Never a token, nor anything else of the URL. */
export interface Fate {
  readonly address: string
  readonly client?: string
  readonly system?: string
  /** Of Engine.IO: 3 or 4. */
  readonly protocol: number
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
  readonly began: Milliseconds
  readonly address: string
  client?: string
  system?: string
  sent: () => number
  refused?: RefusalCode
}

interface Telling {
  /** The address of whoever asks. */
  readonly addressOf: (request: IncomingMessage) => string
  /** Hears of each connection when it has ended. */
  readonly told: (fate: Fate) => void
}

export class Fates {
  readonly #known = new WeakMap<object, Known>()
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
      began: this.#now(),
      address: this.#telling.addressOf(connection.request),
      sent: () => 0,
    }
    this.#known.set(connection, known)
    connection.once("close", (why: string) => this.#end(connection, known, why))
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

  #end({ protocol, transport }: Connection, { began, sent, ...known }: Known, why: string): void {
    const seconds = (this.#now() - began) / 1000
    this.#telling.told({ ...known, protocol, transport: transport.name, seconds, sent: sent(), ended: why })
  }
}
