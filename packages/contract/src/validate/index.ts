/** The contract as schemas: an entry point of its own, so that whoever only listens carries none of it. */
export { readBuilding } from "./building.js"
export { bodyOfCommand, readCommand } from "./commands.js"
export { changes, creations, faultsOf, readWritten, refuseFaults } from "./entities.js"
export { faultsOfEvent } from "./events.js"
export { panelRegistration, readNodeMessage } from "./link.js"
export { jsonSchemas, type JsonSchema } from "./json-schemas.js"
export { readReport } from "./reports.js"
export { titleOf } from "./shown.js"
