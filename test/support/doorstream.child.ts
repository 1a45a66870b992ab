/** The `doorstream` command out of its sources, which the tests start as a process of its own. */
import { run } from "../../packages/doorstream/src/command.js"

await run(process.argv.slice(2))
