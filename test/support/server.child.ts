/**
 * A server as a process of its own, which says where it listens and runs until it is killed or asked to end. Like the
 * command, it never exits by itself: what the server leaves open keeps the process.
 */
import { startServer } from "@doorstream/server"
import { serverSettings, wordy, type HouseSettings } from "./house.js"

const [dataFolder = "", port = "", drainWithin = "", settings = "{}"] = process.argv.slice(2)

const say = (_fields: object, text: string): void => void process.stderr.write(`${text}\n`)
const silent = (): undefined => undefined

const server = await startServer(
  serverSettings(
    dataFolder,
    { more: wordy, systemTokenLifetime: 86_400, ...(JSON.parse(settings) as HouseSettings) },
    Number(port),
  ),
  { info: silent, warn: say, error: say },
  { drainWithin: Number(drainWithin) },
)
process.once("SIGTERM", () => void server.close())
process.stdout.write(`${server.url}\n`)
