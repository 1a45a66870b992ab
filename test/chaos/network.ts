/**
 * A network that is no good: TCP connections that go through it are cut, reset, torn, stalled and delayed, by chance
 * from a seed. It must not know what is said on them.
 */
import { once } from "node:events"
import { createServer, connect, type AddressInfo, type Socket } from "node:net"
import { Transform, type TransformCallback } from "node:stream"
import { createChance, type Chance } from "../../packages/simulator/src/building/chance.js"

/**
 * What befalls a connection. `cut`: both ends are closed; `reset`: the same without a word; `torn`: a part of what is on
 * its way arrives, then it is cut; `stalled`: nothing passes for a while; `delayed`: everything takes its time; `ghost`:
 * the near end is gone and the far end does not notice for a while, so that it goes on sending to nobody.
 */
export type Mishap = "cut" | "reset" | "torn" | "stalled" | "delayed" | "ghost"

/** How often each comes, in a hundred. */
const shares: readonly (readonly [Mishap, number])[] = [
  ["cut", 25],
  ["reset", 20],
  ["torn", 15],
  ["stalled", 15],
  ["delayed", 15],
  ["ghost", 10],
]

export interface HostileNetwork {
  /** Where it stands in for the server. */
  readonly url: string
  /** What has befallen so far, and how often. */
  readonly befallen: Readonly<Record<Mishap, number>>
  /** From now on no connection is safe. */
  rage(): void
  /** From now on everything passes at once. */
  calm(): void
  close(): Promise<unknown>
}

/** One direction of a connection. */
class Lane extends Transform {
  delay = 0
  #held: (() => void) | undefined
  #isStalled = false
  #tear: (() => void) | undefined

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    if (this.#tear !== undefined) {
      this.push(chunk.subarray(0, chunk.length >> 1))
      return this.#tear()
    }
    const pass = (): void => done(null, chunk)
    if (this.#isStalled) this.#held = pass
    else if (this.delay > 0) setTimeout(pass, this.delay)
    else pass()
  }

  stall(): void {
    this.#isStalled = true
  }

  flow(): void {
    this.#isStalled = false
    this.delay = 0
    this.#held?.()
    this.#held = undefined
  }

  /** Lets half of the next piece pass, and then calls. */
  tear(torn: () => void): void {
    this.#tear = () => setImmediate(torn)
  }
}

/** One connection through the network. */
class Passage {
  readonly #up = new Lane()
  readonly #down = new Lane()
  #timer: NodeJS.Timeout | undefined
  readonly ended: Promise<unknown>

  constructor(
    readonly near: Socket,
    readonly far: Socket,
    readonly chance: Chance,
    readonly count: (mishap: Mishap) => void,
  ) {
    near.pipe(this.#up).pipe(far)
    far.pipe(this.#down).pipe(near)
    near.on("error", () => far.destroy()).on("close", () => this.#isGhost || far.destroy())
    far.on("error", () => near.destroy()).on("close", () => near.destroy())
    this.ended = new Promise((resolve) => far.on("close", resolve))
  }
  #isGhost = false

  /** Something befalls it after so many milliseconds by chance, and then again. */
  rage([least, most]: Between): void {
    this.#timer = setTimeout(
      () => {
        this.#befall(drawMishap(this.chance))
        this.rage([least, most])
      },
      this.chance.between(least, most),
    )
  }

  calm(): void {
    clearTimeout(this.#timer)
    this.#up.flow()
    this.#down.flow()
    if (this.#isGhost) this.far.destroy()
  }

  end(): void {
    clearTimeout(this.#timer)
    this.near.destroy()
    this.far.destroy()
  }

  #befall(mishap: Mishap): void {
    if (this.near.destroyed) return this.end()
    this.count(mishap)
    const isUp = this.chance.falls(0.5)
    const lane = isUp ? this.#up : this.#down
    if (mishap === "cut") this.end()
    if (mishap === "reset") {
      this.near.resetAndDestroy()
      this.far.resetAndDestroy()
    }
    if (mishap === "torn") lane.tear(() => this.end())
    if (mishap === "stalled") lane.stall()
    if (mishap === "delayed") lane.delay = this.chance.between(20, 400)
    if (mishap === "ghost") this.#leaveGhost()
    if (mishap !== "stalled" && mishap !== "delayed") return
    setTimeout(() => lane.flow(), this.chance.between(300, 3000))
  }

  #leaveGhost(): void {
    this.#isGhost = true
    this.far.unpipe(this.#down)
    this.far.resume()
    this.near.destroy()
  }
}

function drawMishap(chance: Chance): Mishap {
  let left = chance.between(1, 100)
  const drawn = shares.find(([, share]) => (left -= share) <= 0)
  return drawn![0]
}

type Between = readonly [least: number, most: number]

/**
 * Opens it in front of a server, calm.
 *
 * @param portOf the server's port, whichever it is when a connection comes
 * @param every after how many milliseconds something befalls a connection
 */
export async function openNetwork(
  portOf: () => number,
  seed: number,
  every: Between,
): Promise<HostileNetwork> {
  const passages = new Set<Passage>()
  const befallen = { cut: 0, reset: 0, torn: 0, stalled: 0, delayed: 0, ghost: 0 }
  let isRaging = false
  let count = 0
  // A half-closed end is a cut one: nobody that passes here closes by halves.
  const server = createServer((near) => {
    const far = connect(portOf(), "127.0.0.1")
    const passage = new Passage(near, far, createChance(seed + (count += 1)), (what) => (befallen[what] += 1))
    passages.add(passage)
    void passage.ended.then(() => passages.delete(passage))
    if (isRaging) passage.rage(every)
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    befallen,
    rage: () => {
      isRaging = true
      for (const passage of passages) passage.rage(every)
    },
    calm: () => {
      isRaging = false
      for (const passage of passages) passage.calm()
    },
    close: () => {
      for (const passage of passages) passage.end()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
