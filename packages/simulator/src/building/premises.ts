/** The doors of a building with the lines over which they report. It must not know why anybody does anything. */
import { Lines, type Sending } from "./lines.js"
import type { Plan } from "./plan.js"
import type { Act } from "./scenes.js"
import { Site, type Said } from "./site.js"
import type { World } from "./troupe.js"

export class Premises implements World {
  readonly site: Site
  readonly lines: Lines
  /** Is told what was said, before it goes on its way. */
  hear: (said: readonly Said[]) => void = () => {}
  readonly #run: string
  #count = 0
  #sent: Sending[] = []

  constructor(plan: Plan, run: string, from: number) {
    this.site = new Site(plan, from)
    this.lines = new Lines(plan)
    this.#run = run
  }

  goOn(): void {
    this.#send(this.site.goOn())
  }

  act(place: string, act: Act, at: number): void {
    switch (act.does) {
      case "syncs":
        return this.#send([{ topic: act.topic, occurred: at, body: act.body }])
      case "cuts":
        return this.#put(this.lines.cut(act.id, at))
      case "mends":
        return this.#put(this.lines.mend(act.id, at))
      case "input":
      case "presents":
      case "pulls":
      case "readsVirtually":
        return this.#send(this.site.act(place, act, at))
    }
  }

  takeSent(): Sending[] {
    const sent = this.#sent
    this.#sent = []
    return sent
  }

  #send(said: readonly Said[]): void {
    this.hear(said)
    for (const one of said) this.#put(this.lines.pass({ id: `${this.#run}-${++this.#count}`, ...one }))
  }

  #put(sendings: readonly Sending[]): void {
    for (const sending of sendings) this.#sent.push(sending)
  }
}
