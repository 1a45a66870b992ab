/** How many listeners that must hear do not. */
import type { Registry } from "prom-client"
import { gauge } from "./plain.js"

const reasons = ["absent", "behind"] as const

interface Silence {
  readonly reason: (typeof reasons)[number]
}

export function measureSilent(registry: Registry, silent: () => readonly Silence[]): void {
  const help = "Listeners that must hear and do not: they are absent, or behind for too long."
  gauge(registry, { name: "doorstream_listeners_silent", help, labelNames: ["reason"] }, () => {
    const all = silent()
    return reasons.map((reason) => [{ reason }, all.filter((each) => each.reason === reason).length])
  })
}
