/**
 * A server as a process of its own that has every setting as `doorstream serve` has it unless told, with the building of
 * the tests in it. It prints where its metrics are and where it listens, and ends on SIGTERM.
 */
import { startServer } from "@doorstream/server"
import { serverSettings } from "../../packages/doorstream/src/run-server.js"
import { readSettings } from "../../packages/doorstream/src/settings.js"
import { serverSettings as testSettings } from "./house.js"

const [dataFolder = "", port = ""] = process.argv.slice(2)
const settings = readSettings({
  DOORSTREAM_DATA: dataFolder,
  PORT: port,
  DOORSTREAM_PUBLIC_URL: "http://127.0.0.1",
  DOORSTREAM_METRICS_PORT: "0",
})
const { demo } = testSettings(dataFolder)

const say = (fields: object, text: string): void => {
  if (text === "metrics" || text === "listening")
    process.stdout.write(`${JSON.stringify({ text, ...fields })}\n`)
}
const warn = (_fields: object, text: string): void => void process.stderr.write(`${text}\n`)

const server = await startServer(serverSettings(settings, undefined, demo), { info: say, warn, error: warn })
process.once("SIGTERM", () => void server.close())
