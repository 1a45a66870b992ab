/**
 * Listeners on socket.io-client 4 whose connections are broken again and again, and who come back by themselves. A
 * listener gives the server the last cursor that it had, if it ever had one. It must not know which server it is.
 */
import { setTimeout as pause } from "node:timers/promises"
import { io, type Socket } from "socket.io-client"
import { numberOf, topic, type Subject } from "../subject.js"

/** How listeners fared. */
export interface Faring {
  readonly lost: number
  readonly doubled: number
  readonly cuts: number
  /** Milliseconds from the transport's being there again until everything broadcast before that was heard, of each return that missed something. */
  readonly caughtUp: readonly number[]
  /** How many returns missed something and never had it. */
  readonly never: number
}

export interface Flock {
  /** So many were broadcast by now. */
  told(number: number): void
  /** Breaks no more connections, and resolves when all have come back and had the time to hear what they missed. */
  rest(): Promise<void>
  faring(numbers: readonly number[]): Faring
  close(): void
}

/** A return that has not caught up yet: with everything up to `goal`. */
interface Return {
  readonly goal: number
  readonly since: number
}

class Sheep {
  readonly heard = new Map<number, number>()
  readonly caughtUp: number[] = []
  returns: Return[] = []
  cuts = 0
  newest = 0
  #cursor: string | undefined
  readonly #socket: Socket
  #timer: NodeJS.Timeout | undefined
  readonly begun: Promise<void>

  constructor(
    { url, token }: Subject,
    away: number,
    readonly told: () => number,
  ) {
    this.#socket = io(`${url}?token=${token}`, {
      forceNew: true,
      transports: ["websocket"],
      reconnectionDelay: away,
      reconnectionDelayMax: away,
      randomizationFactor: 0.25,
    })
    this.#socket.on(topic, (event: { occurred: number }, more?: { cursor?: string }) => {
      this.#cursor = more?.cursor ?? this.#cursor
      this.#hear(numberOf(event.occurred))
    })
    // Recovered packets come before `connect` does, so a return begins when the transport is there.
    this.#socket.io.on("open", () => this.#comeBack())
    this.begun = new Promise((resolve) => this.#socket.on("connect", () => this.#subscribe(resolve)))
  }

  get isThere(): boolean {
    return this.#socket.connected
  }

  #comeBack(): void {
    if (this.cuts > 0 && this.newest < this.told())
      this.returns.push({ goal: this.told(), since: performance.now() })
  }

  #subscribe(begun: () => void): void {
    if (this.#socket.recovered) return
    const after = this.#cursor === undefined ? {} : { after: this.#cursor }
    this.#socket.emit(
      "subscribeIsolated",
      { topics: [topic], cursors: true, ...after },
      (answer?: { cursor?: string }) => {
        this.#cursor ??= answer?.cursor
        begun()
      },
    )
  }

  #hear(number: number): void {
    this.heard.set(number, (this.heard.get(number) ?? 0) + 1)
    this.newest = Math.max(this.newest, number)
    const now = performance.now()
    this.returns = this.returns.filter(({ goal, since }) => {
      if (!this.heard.has(goal)) return true
      this.caughtUp.push(now - since)
      return false
    })
  }

  /** Breaks its connection every so often, as a network does: without a word. */
  cutEvery(milliseconds: number): void {
    const cut = (): void => {
      const { transport } = this.#socket.io.engine as unknown as { transport: { ws: { terminate(): void } } }
      if (this.isThere) {
        this.cuts += 1
        transport.ws.terminate()
      }
      this.#timer = setTimeout(cut, milliseconds * (0.5 + Math.random()))
    }
    this.#timer = setTimeout(cut, milliseconds * Math.random())
  }

  rest(): void {
    clearTimeout(this.#timer)
  }

  close(): void {
    this.rest()
    this.#socket.close()
  }
}

/** Gathers listeners, fifty at a time. */
export async function gatherFlock(
  subject: Subject,
  { size, every, away }: { size: number; every: number; away: number },
): Promise<Flock> {
  let told = 0
  const flock: Sheep[] = []
  while (flock.length < size) {
    const some = Array.from(
      { length: Math.min(50, size - flock.length) },
      () => new Sheep(subject, away, () => told),
    )
    flock.push(...some)
    await Promise.all(some.map(({ begun }) => begun))
  }
  for (const each of flock) each.cutEvery(every)
  const sum = (of: (each: Sheep) => number): number => flock.reduce((all, each) => all + of(each), 0)
  return {
    told: (number) => (told = number),
    rest: async () => {
      for (const each of flock) each.rest()
      while (flock.some(({ isThere }) => !isThere)) await pause(20)
      await pause(2000)
    },
    faring: (numbers) => ({
      lost: sum(({ heard }) => numbers.filter((number) => !heard.has(number)).length),
      doubled: sum(({ heard }) => [...heard.values()].filter((times) => times > 1).length),
      cuts: sum(({ cuts }) => cuts),
      caughtUp: flock.flatMap(({ caughtUp }) => caughtUp),
      never: sum(({ returns }) => returns.length),
    }),
    close: () => {
      for (const each of flock) each.close()
    },
  }
}
