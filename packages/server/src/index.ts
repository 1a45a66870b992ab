/** The server as a package: started by the command, or by a program of one's own. */
export { scopes, type ApiClient, type Change, type Scope } from "./core/ports.js"
export { partOf, restoreBackup } from "./backup.js"
export { startServer, type RunningServer } from "./main.js"
export { callFolder } from "./operate.js"
export type { OperatorAnswer, OperatorMethod } from "./operator/call.js"
export { verifyFolder, type Verified } from "./verify.js"
export type { Demo } from "./registry/demo.js"
export type { Logger, ServerOptions, ServerSettings } from "./settings.js"
