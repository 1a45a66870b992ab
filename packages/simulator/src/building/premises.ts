/** The doors of a building with the lines over which they report. It must not know why anybody does anything. */
import type { Chance } from "./chance.js"
import { Lines, type Sending } from "./lines.js"
import type { Plan } from "./plan.js"
import type { Act } from "./scenes.js"
import { Site, type Said } from "./site.js"
import { Syncs } from "./syncs.js"
import type { World } from "./troupe.js"

export class Premises implements World {
  readonly site: Site
  readonly lines: Lines
  readonly syncs: Syncs
  /** Is told what was said, before it goes on its way. */
  hear: (said: readonly Said[]) => void = () => {}
  readonly #run: string
  #count = 0
  #sent: Sending[] = []

  /** How long controllers take over what is new to them is a matter of `chance`, and nothing else is. */
  constructor(plan: Plan, run: string, from: number, chance: Chance) {
    this.site = new Site(plan, from)
    this.lines = new Lines(plan)
    this.#run = run
    const world = {
      // People hear nothing of it: they do the same whenever somebody syncs.
      say: (said: Said) => this.#pass([said]),
      synced: (cloudNodeId: string, sync: number) => this.#put(this.lines.passSynced(cloudNodeId, sync)),
      isCut: (connectionId: string) => this.lines.isCut(connectionId),
    }
    this.syncs = new Syncs(plan, world, chance)
  }

  nextAt(): number {
    return Math.min(this.site.nextAt(), this.syncs.nextAt())
  }

  goOn(): void {
    if (this.site.nextAt() <= this.syncs.nextAt()) this.#send(this.site.goOn())
    else this.syncs.goOn()
  }

  act(place: string, act: Act, at: number): void {
    switch (act.does) {
      case "cuts":
        return this.#put(this.lines.cut(act.id, at))
      case "mends":
        this.#put(this.lines.mend(act.id, at))
        return this.syncs.mended(act.id, at)
      case "input":
      case "presents":
      case "readsVirtually":
      case "pulls":
      case "endsHours":
        return this.#send(this.site.act(place, act, at))
    }
  }

  /** Takes another plan. Throws a RangeError, and changes nothing, when it contradicts itself. */
  replan(plan: Plan, at: number): void {
    const said = this.site.replan(plan, at)
    this.#put(this.lines.replan(plan))
    this.#send(said)
    this.syncs.replan(plan, at)
  }

  shift(by: number): void {
    this.site.shift(by)
    this.syncs.shift(by)
  }

  takeSent(): Sending[] {
    const sent = this.#sent
    this.#sent = []
    return sent
  }

  #send(said: readonly Said[]): void {
    this.hear(said)
    this.#pass(said)
  }

  #pass(said: readonly Said[]): void {
    for (const one of said) this.#put(this.lines.pass({ id: `${this.#run}-${++this.#count}`, ...one }))
  }

  #put(sendings: readonly Sending[]): void {
    for (const sending of sendings) this.#sent.push(sending)
  }
}
