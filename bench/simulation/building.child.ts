/** A virtual building on its node links in a process of its own, for benchmarks. Its options come as JSON. */
import { openSimulation, type SimulationOptions } from "@doorstream/simulator"
import type { BuildingStanding } from "./building.js"

const stop = new AbortController()
const options = JSON.parse(process.argv[2]!) as Omit<SimulationOptions, "signal">
const simulation = await openSimulation({
  ...options,
  signal: stop.signal,
  onTrouble: (trouble) => console.warn(trouble),
})
const living = simulation.run()
const end = (): void => {
  stop.abort()
  void living.finally(() => process.exit())
}
process.on("disconnect", end)
process.on("message", (message) => {
  if (message === "end") return end()
  const { user, system } = process.cpuUsage()
  process.send?.({ ...simulation.progress(), cpuMicroseconds: user + system } satisfies BuildingStanding)
})
process.send?.("lives")
