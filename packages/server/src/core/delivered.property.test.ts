/**
 * What counts as delivered, held against peers in stories that chance writes: whatever is lost on the way, and however
 * oddly they ping, nothing counts that the peer has not read.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as decide from "./delivered.js"

/** What travels to the peer, in its order. */
type Sent = { readonly position: number } | "ping" | { readonly pong: number }

/** One connection: what was sent waits on its way until chance lets the peer read it. */
class Link {
  delivered = decide.nothingDelivered
  position = 0
  /** Up to where the peer has read. */
  read = 0
  readonly #way: Sent[] = []
  readonly #answers: ("pong" | { readonly echo: number })[] = []

  happens(): void {
    this.#way.push({ position: (this.position += 1) })
  }

  serverPings(): void {
    // As Engine.IO does: the next ping comes after the pong to the one before.
    if (this.delivered.marks.length > 0) return
    this.delivered = decide.sendPing(this.delivered, this.position)
    this.#way.push("ping")
  }

  /** The peer reads one thing more, and answers it as its library does. */
  peerReads(): void {
    const sent = this.#way.shift()
    if (sent === undefined) return
    if (sent === "ping") this.#answers.push("pong")
    else if ("pong" in sent) this.#answers.push({ echo: sent.pong })
    else this.read = sent.position
  }

  answersCome(): void {
    const answer = this.#answers.shift()
    if (answer === undefined) return
    this.delivered =
      answer === "pong" ? decide.hearPong(this.delivered) : decide.hearEcho(this.delivered, answer.echo)
  }

  /** Engine.IO 3, by a peer that pings whether it was answered or not. */
  peerPings(): void {
    this.delivered = decide.hearPing(this.delivered, this.position)
    this.#way.push({ pong: this.delivered.last })
  }
}

type Step = "happens" | "serverPings" | "peerReads" | "answersCome" | "peerPings"

const play = (steps: readonly Step[]): Link => {
  const link = new Link()
  for (const step of steps) {
    link[step]()
    expect(link.delivered.proven ?? 0).toBeLessThanOrEqual(link.read)
  }
  return link
}

const stepsOf = (...steps: readonly Step[]) =>
  fc.array(fc.constantFrom<Step>("happens", "peerReads", "answersCome", ...steps), { maxLength: 200 })

describe("What counts as delivered", () => {
  it("was read by the peer, whatever is lost after it, with Engine.IO 4", () => {
    fc.assert(fc.property(stepsOf("serverPings"), (steps) => void play(steps)))
  })

  it("was read by the peer, with Engine.IO 3 too, and with a peer that pings without waiting for an answer", () => {
    fc.assert(fc.property(stepsOf("peerPings"), (steps) => void play(steps)))
  })

  it("is everything that was sent before the ping, once its pong has come", () => {
    const { delivered } = play([
      "happens",
      "happens",
      "serverPings",
      "happens",
      "peerReads",
      "peerReads",
      "peerReads",
      "answersCome",
    ])
    expect(delivered.proven).toBe(2)
  })

  it("is everything that was sent before the answer to the ping before, once the next ping comes", () => {
    const steps: readonly Step[] = [
      "happens",
      "peerPings",
      "happens",
      "peerReads",
      "peerReads",
      "answersCome",
    ]
    expect(play(steps).delivered.proven).toBeNull()
    expect(play([...steps, "peerPings"]).delivered.proven).toBe(1)
  })

  it("does not grow by a pong that nobody asked for, nor by a ping while the answer before is still on its way", () => {
    expect(decide.hearPong(decide.nothingDelivered)).toEqual(decide.nothingDelivered)
    expect(play(["happens", "peerPings", "peerPings", "peerPings"]).delivered.proven).toBeNull()
  })

  it("is not what was on its way when reading went back", () => {
    const pinged = decide.sendPing(decide.nothingDelivered, 7)
    expect(decide.hearPong(decide.readAgain(pinged)).proven).toBeNull()
  })
})
