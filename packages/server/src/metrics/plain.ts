/** Metrics made of plain numbers, which are read when somebody asks. It must not know what they mean. */
import { Counter, Gauge, type Registry } from "prom-client"
import type { Spread } from "../core/meter.js"

type Labels = Readonly<Record<string, string>>

/** A number with its labels. */
export type Reading = readonly [labels: Labels, value: number]

/** What a metric is called, and what it means in a sentence. */
interface Named {
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly string[]
}

type Read = () => Iterable<Reading>

/** A counter whose numbers are kept elsewhere. */
export const counter = (registry: Registry, { labelNames = [], ...named }: Named, read: Read): Counter =>
  new Counter({
    ...named,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset()
      for (const [labels, value] of read()) this.inc(labels, value)
    },
  })

export const gauge = (registry: Registry, { labelNames = [], ...named }: Named, read: Read): Gauge =>
  new Gauge({
    ...named,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset()
      for (const [labels, value] of read()) this.set(labels, value)
    },
  })

/** A histogram as text, because prom-client's own would have to be asked at every measurement. */
export function histogramText({ name, help }: Named, { bounds, counts, sum }: Spread): string {
  let below = 0
  const buckets = counts.map((count, index) => {
    below += count
    return `${name}_bucket{le="${bounds[index] ?? "+Inf"}"} ${below}`
  })
  const head = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
  return [...head, ...buckets, `${name}_sum ${sum}`, `${name}_count ${below}`, ""].join("\n")
}
