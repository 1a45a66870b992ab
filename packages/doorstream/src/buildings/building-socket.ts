/**
 * Lets a virtual building that runs in this process be found on this machine, by its user only, and be told to make a
 * topic happen. It must not know how the building does that.
 */
import { once } from "node:events"
import { chmodSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { join } from "node:path"
import type { TopicName } from "@doorstream/contract"
import type { Triggered } from "@doorstream/simulator"
import { addressOf, makePlace, nameOf, usualFolder } from "./place.js"
import { longestLine, readQuestion, type Said } from "./said.js"

export interface BuildingSocketOptions {
  readonly systemId: string
  readonly trigger: (topic: TopicName, door?: string) => Promise<Triggered>
  /** For tests: else the one where `findBuildings` looks. */
  readonly folder?: string
}

export interface BuildingSocket {
  /** Answers no more; what is asked at the moment is cut off. */
  close(): Promise<void>
}

async function answerOf({ systemId, trigger }: BuildingSocketOptions, line: string): Promise<Said> {
  const question = readQuestion(line)
  if (question === undefined) return { fault: "This is no question that a building understands." }
  if (question.ask === "who") return { systemId }
  try {
    return await trigger(question.topic, question.door)
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

function converse(options: BuildingSocketOptions, socket: Socket): void {
  let text = ""
  const answer = (said: Said): void => void socket.end(`${JSON.stringify(said)}\n`)
  const read = (chunk: string): void => {
    text += chunk
    const end = text.indexOf("\n")
    if (end < 0 && text.length <= longestLine) return
    socket.off("data", read)
    if (end < 0) return answer({ fault: "The question is too long." })
    void answerOf(options, text.slice(0, end)).then(answer)
  }
  // Whoever asked may go before the answer: that is their affair.
  socket
    .setEncoding("utf8")
    .on("data", read)
    .on("error", () => socket.destroy())
}

async function listen(server: Server, folder: string, name: string): Promise<void> {
  // What is there under this name is of a process that had the same number, and is no more.
  rmSync(join(folder, name), { force: true })
  server.listen(addressOf(folder, name))
  await once(server, "listening")
  if (process.platform === "win32") writeFileSync(join(folder, name), "")
  else chmodSync(join(folder, name), 0o600)
}

/**
 * Opens the socket of a building. Rejects where its folder cannot be used: the building lives on without.
 *
 * @example
 * const socket = await openBuildingSocket({ systemId, trigger: (...asked) => simulation.trigger(...asked) })
 */
export async function openBuildingSocket(options: BuildingSocketOptions): Promise<BuildingSocket> {
  const folder = options.folder ?? usualFolder()
  makePlace(folder)
  const name = nameOf(options.systemId, process.pid)
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once("close", () => open.delete(socket))
    converse(options, socket)
  })
  await listen(server, folder, name)
  // It alone keeps no process alive.
  server.unref()
  return {
    close: async () => {
      const closed = once(server, "close")
      server.close()
      for (const socket of open) socket.destroy()
      await closed
      rmSync(join(folder, name), { force: true })
    },
  }
}
