/** The contract as schemas: an entry point of its own, so that whoever only listens carries none of it. */
export { faultsOfEvent } from "./events.js"
export { readNodeMessage } from "./link.js"
export { readReport } from "./reports.js"
