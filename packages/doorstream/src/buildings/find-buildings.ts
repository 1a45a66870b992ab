/**
 * Finds the virtual buildings that run on this machine, and asks them. What a building left behind that is no more is
 * removed. It must not know what is asked for.
 */
import { rmSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { addressOf, namesIn, usualFolder } from "./place.js"
import type { Question, Said } from "./said.js"

export interface FoundBuilding {
  readonly systemId: string
  /** Asks it; rejects where it does not answer. */
  ask(question: Question): Promise<Said>
}

/** How long a building may take to say who it is, and to do something, in milliseconds. */
const patience = { who: 2_000, trigger: 60_000 }

const nobodyThere = (error: unknown): boolean =>
  ["ENOENT", "ECONNREFUSED"].includes((error as NodeJS.ErrnoException).code ?? "")

const ask = (address: string, question: Question): Promise<Said> =>
  new Promise((resolve, reject) => {
    let text = ""
    const socket = connect(address)
    socket.setEncoding("utf8")
    socket.setTimeout(patience[question.ask], () =>
      socket.destroy(new Error("The building does not answer.")),
    )
    socket.once("connect", () => void socket.write(`${JSON.stringify(question)}\n`))
    socket.on("data", (chunk: string) => (text += chunk))
    socket.once("error", reject)
    socket.once("close", () => {
      if (!text.endsWith("\n")) return reject(new Error("The building ended before it answered."))
      resolve(JSON.parse(text) as Said)
    })
  })

async function meet(folder: string, name: string): Promise<FoundBuilding[]> {
  const address = addressOf(folder, name)
  try {
    const said = await ask(address, { ask: "who" })
    if (!("systemId" in said)) return []
    return [{ systemId: said.systemId, ask: (question) => ask(address, question) }]
  } catch (error) {
    if (nobodyThere(error)) rmSync(join(folder, name), { force: true })
    // One that hangs is passed over.
    return []
  }
}

/** All that run, as this user, the one that was started last first. `folder` is for tests. */
export async function findBuildings(folder = usualFolder()): Promise<readonly FoundBuilding[]> {
  return (await Promise.all(namesIn(folder).map((name) => meet(folder, name)))).flat()
}
