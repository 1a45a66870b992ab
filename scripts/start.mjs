/**
 * `npm start`: makes the checkout ready, then runs the demo in this very process, so that Ctrl-C reaches the server
 * itself. What the demo is, `doorstream demo` knows.
 */
import { fileURLToPath } from "node:url"
import { ensure } from "./ensure.mjs"

const command = new URL("../packages/doorstream/bin/doorstream.mjs", import.meta.url)

/** The shell that npm puts in between dies of a SIGTERM to npm without passing it on: then nobody started this. */
function endWithStarter() {
  const starter = process.ppid
  const look = () => {
    if (process.ppid !== starter) process.kill(process.pid, "SIGTERM")
  }
  if (process.env["npm_lifecycle_event"] === "start") setInterval(look, 500).unref()
}

if (await ensure()) {
  endWithStarter()
  process.argv.splice(1, 1, fileURLToPath(command), "demo")
  await import(command.href)
} else {
  process.exitCode = 1
}
