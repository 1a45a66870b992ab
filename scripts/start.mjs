/**
 * `npm start`: makes the checkout ready, then runs the demo in this very process, so that Ctrl-C and SIGTERM reach the
 * server itself. What the demo is, `doorstream demo` knows.
 */
import { fileURLToPath } from "node:url"
import { ensure } from "./ensure.mjs"

const command = new URL("../packages/doorstream/bin/doorstream.mjs", import.meta.url)

if (await ensure()) {
  process.argv.splice(1, 1, fileURLToPath(command), "demo")
  await import(command.href)
} else {
  process.exitCode = 1
}
