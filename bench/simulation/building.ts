/** Starts a virtual building beside a server under measurement, and asks how far it is. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { demoBuilding, type Progress, type SimulationOptions } from "@doorstream/simulator"
import type { Used } from "../child.js"
import type { Subject } from "../subject.js"

export interface RunningBuilding {
  progress(): Promise<Progress>
  used(): Promise<Used>
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
    { execArgv: ["--expose-gc", "--import", "tsx", "--conditions=source"] },
  )
  await once(child, "message")
  const ask = async <T>(what: string): Promise<T> => {
    child.send(what)
    const [answer] = (await once(child, "message")) as [T]
    return answer
  }
  return {
    progress: () => ask("progress"),
    used: () => ask("used"),
    async end() {
      const exited = once(child, "exit")
      child.send("end")
      await exited
    },
  }
}
