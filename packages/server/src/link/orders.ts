/**
 * Commands on links: each is told in the audit, then sent, and waited for until it is answered, expires, or its link
 * ends. It must not know who asks, nor what a command does. PROTOCOL §19.
 */
import { refuse, type NodeCommand, type Refusal, type ServerMessage } from "@doorstream/contract"
import type { TellAudit } from "../core/audit.js"
import {
  answer,
  auditOfCommand,
  expire,
  hold,
  letGo,
  mostUnanswered,
  nextExpiry,
  noneUnanswered,
  refusalIn,
  send,
  type Unanswered,
} from "../core/commands.js"
import { servedFrom, type ServedMessage } from "../core/link-session.js"
import { measure, type CommandEnd, type Meter } from "../core/meter.js"
import type { Author, Milliseconds, SystemId } from "../core/ports.js"

/** What is needed of a link. */
export interface Commanded {
  /** The version that was agreed upon, once it is open. */
  readonly version: number | undefined
  tell(message: ServerMessage): void
}

export interface OrderDeps {
  readonly tellAudit: TellAudit
  /** How long a command is good for, once it was sent. */
  readonly commandLife: Milliseconds
  readonly freshId: () => string
  readonly meter: Meter
  readonly now: () => Milliseconds
  /** A clock that is never put back. */
  readonly clock: () => Milliseconds
}

export interface Order {
  readonly by: Author
  readonly system: SystemId
  readonly command: NodeCommand
}

interface Wait {
  readonly since: Milliseconds
  readonly end: (refused: Refusal | undefined) => void
}

/** All that is under way on one link. */
interface Book {
  unanswered: Unanswered
  readonly waits: Map<string, Wait>
  timer: NodeJS.Timeout | undefined
  hasEnded: boolean
}

export class Orders {
  readonly #deps: OrderDeps
  readonly #books = new Map<Commanded, Book>()

  constructor(deps: OrderDeps) {
    this.#deps = deps
  }

  /** @param link the newest of the cloud node, if it has one */
  async give(link: Commanded | undefined, { by, system, command }: Order): Promise<Refusal | undefined> {
    if (link?.version === undefined) return refuse("cloud_node_away")
    if (link.version < servedFrom) return refuse("command_not_spoken")
    const book = this.#bookOf(link)
    const held = hold(book.unanswered, mostUnanswered)
    if (held === undefined) return refuse("too_many_commands")
    book.unanswered = held

    const asked = this.#deps.clock()
    const refused = await this.#deps.tellAudit(auditOfCommand(by, this.#deps.now(), system, command))
    if (refused === undefined && !book.hasEnded && this.#isInTime(asked))
      return this.#send(link, book, command)
    book.unanswered = letGo(book.unanswered)
    if (refused !== undefined) return refused
    return book.hasEnded
      ? refuse("cloud_node_away")
      : refuse("command_unanswered", "It was not sent: the disk was too slow.")
  }

  /** An answer came on a link. One that nobody waits for is late, or comes twice. */
  hear(link: Commanded, said: Extract<ServedMessage, { id: string }>): void {
    const book = this.#books.get(link)
    const left = book && answer(book.unanswered, said.id)
    if (book === undefined || left === undefined) return
    book.unanswered = left
    const refused = refusalIn(said)
    this.#end(book, said.id, refused === undefined ? "done" : "refused", refused)
    this.#lookLater(book)
  }

  /** A link has ended: nothing is answered on it any more. */
  left(link: Commanded): void {
    const book = this.#books.get(link)
    if (book === undefined) return
    this.#books.delete(link)
    book.hasEnded = true
    this.#lose(book, Infinity)
  }

  #bookOf(link: Commanded): Book {
    const known = this.#books.get(link)
    if (known !== undefined) return known
    const book: Book = { unanswered: noneUnanswered, waits: new Map(), timer: undefined, hasEnded: false }
    this.#books.set(link, book)
    return book
  }

  /** No door opens long after somebody has asked for it, however slow a disk is. */
  #isInTime(asked: Milliseconds): boolean {
    return this.#deps.clock() - asked <= this.#deps.commandLife
  }

  #send(link: Commanded, book: Book, command: NodeCommand): Promise<Refusal | undefined> {
    const { clock, now, freshId, commandLife } = this.#deps
    const [id, since] = [freshId(), clock()]
    return new Promise((end) => {
      book.unanswered = send(book.unanswered, id, since + commandLife)
      book.waits.set(id, { since, end })
      this.#lookLater(book)
      link.tell({ type: "command", id, expires: now() + commandLife, ...command })
    })
  }

  #end(book: Book, id: string, how: CommandEnd, refused: Refusal | undefined): void {
    const { meter, clock } = this.#deps
    const { since, end } = book.waits.get(id)!
    book.waits.delete(id)
    meter.commands[how] += 1
    if (how !== "unanswered") measure(meter.commandAnswer, (clock() - since) / 1000)
    end(refused)
  }

  /** Waits no longer for those that have expired. */
  #lose(book: Book, now: Milliseconds): void {
    const { left, expired } = expire(book.unanswered, now)
    book.unanswered = left
    for (const id of expired) this.#end(book, id, "unanswered", refuse("command_unanswered"))
    this.#lookLater(book)
  }

  /** One timer for each link, for the next of its commands that expires. */
  #lookLater(book: Book): void {
    clearTimeout(book.timer)
    const next = nextExpiry(book.unanswered)
    if (next === undefined) return
    const within = Math.max(1, Math.ceil(next - this.#deps.clock()))
    book.timer = setTimeout(() => this.#lose(book, this.#deps.clock()), within)
  }
}
