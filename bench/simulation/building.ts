/** Starts a virtual building beside a server under measurement, and asks how far it is. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { demoBuilding, type Progress, type SimulationOptions } from "@doorstream/simulator"
import type { Subject } from "../subject.js"

/** How far a building is, and the CPU time that it has used so far. */
export interface BuildingStanding extends Progress {
  readonly cpuMicroseconds: number
}

export interface RunningBuilding {
  standing(): Promise<BuildingStanding>
  /** Resolves when it has ended. */
  end(): Promise<unknown>
}

type Options = Partial<Omit<SimulationOptions, "signal">>

/** Resolves when its cloud nodes are synced and its time passes. */
export async function startBuilding({ url }: Subject, options: Options): Promise<RunningBuilding> {
  const account = { url, clientId: "bench", clientSecret: "bench", systemId: demoBuilding.system.id }
  const child = fork(
    fileURLToPath(new URL("building.child.ts", import.meta.url)),
    [JSON.stringify({ seed: 7, ...account, ...options })],
    { execArgv: ["--import", "tsx", "--conditions=source"] },
  )
  await once(child, "message")
  return {
    async standing() {
      child.send("standing")
      const [standing] = (await once(child, "message")) as [BuildingStanding]
      return standing
    },
    async end() {
      const exited = once(child, "exit")
      child.send("end")
      await exited
    },
  }
}
