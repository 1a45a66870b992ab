/** A virtual building on its node links in a process of its own, for benchmarks. Its options come as JSON. */
import { openSimulation, type SimulationOptions } from "@doorstream/simulator"
import { serveParent } from "../child.js"

const stop = new AbortController()
const options = JSON.parse(process.argv[2]!) as Omit<SimulationOptions, "signal">
const simulation = await openSimulation({
  ...options,
  signal: stop.signal,
  onTrouble: (trouble) => console.warn(trouble),
})
const living = simulation.run()
process.on("message", (message) => {
  if (message === "progress") process.send?.(simulation.progress())
})
serveParent(options.url, async () => {
  stop.abort()
  await living
})
