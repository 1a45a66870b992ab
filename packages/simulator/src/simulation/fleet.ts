/**
 * All cloud nodes of a simulation on their links: what the building sends goes out by them, and no faster than the server
 * takes it. It must not know what happens in the building.
 */
import type { Plan } from "../building/plan.js"
import type { Sending } from "../building/lines.js"
import { wait } from "../wait.js"
import type { LinkedNode } from "./linked-node.js"

/** So many reports may wait in all before the building's time stands still. */
const room = 5_000

export class Fleet {
  readonly #nodes = new Map<string, LinkedNode>()
  readonly #signal: AbortSignal
  readonly #deserted = new AbortController()
  #wake: () => void = () => {}

  /** @param signal when it aborts, nobody is kept waiting any more */
  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener("abort", () => this.#wake())
  }

  add(node: LinkedNode): void {
    this.#nodes.set(node.id, node)
  }

  /** It is simulated here no longer; what it had to say is nobody's. */
  remove(node: LinkedNode): void {
    node.close()
    this.#nodes.delete(node.id)
    this.#wake()
    if (this.#nodes.size === 0) this.#deserted.abort()
  }

  /** Aborts when no cloud node is left. */
  get deserted(): AbortSignal {
    return this.#deserted.signal
  }

  find(cloudNodeId: string): LinkedNode | undefined {
    return this.#nodes.get(cloudNodeId)
  }

  get all(): readonly LinkedNode[] {
    return [...this.#nodes.values()]
  }

  /** Their parts of the building. */
  get parts(): Plan[] {
    return this.all.map(({ part }) => part)
  }

  get waiting(): number {
    return this.#sum((node) => node.client.waiting)
  }

  get reported(): number {
    return this.#sum((node) => node.reported)
  }

  get linked(): number {
    return this.#sum((node) => (node.client.isLinked ? 1 : 0))
  }

  /** A report was answered, or a link has come or gone. */
  stirred(): void {
    this.#wake()
  }

  /** Takes what the building sent; resolves when there is room for more. */
  async take(sent: readonly Sending[]): Promise<void> {
    for (const sending of sent) this.#pass(sending)
    // What waits behind a cut cable cannot go before the building mends it.
    const isFull = (): boolean => this.#sum((node) => (node.isCut ? 0 : node.client.waiting)) > room
    while (isFull() && !this.#signal.aborted) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  /** Resolves when nothing waits any more, or so long after the signal, in milliseconds. */
  async settle(grace: number): Promise<void> {
    for (const node of this.all) if (node.isCut) node.mendCable()
    const settled = Promise.all(this.all.map(({ client }) => client.settle()))
    const ends = new AbortController()
    void settled.then(() => ends.abort())
    const aborted = new Promise<void>((resolve) => {
      this.#signal.addEventListener("abort", () => resolve())
      if (this.#signal.aborted) resolve()
    })
    await Promise.race([settled, aborted.then(() => wait(grace, ends.signal))])
  }

  close(): void {
    for (const node of this.all) node.close()
  }

  #sum(count: (node: LinkedNode) => number): number {
    let sum = 0
    for (const node of this.#nodes.values()) sum += count(node)
    return sum
  }

  #pass(sending: Sending): void {
    const node = this.#nodes.get(sending.cloudNodeId)
    switch (sending.kind) {
      case "report":
        return node?.send(sending.report)
      case "synced":
        return node?.synced(sending.sync)
      case "left":
        return node?.cutCable()
      case "returned":
        return node?.mendCable()
    }
  }
}
