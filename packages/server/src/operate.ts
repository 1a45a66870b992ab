/** The operator API of a data folder, whether a server runs on it or not. */
import { randomUUID } from "node:crypto"
import { house } from "./core/ports.js"
import { openChanges } from "./intake/change.js"
import { makeBackup } from "./backup.js"
import { openFolder, type Folder } from "./log/embedded/folder.js"
import { embeddedLog, type EmbeddedLog } from "./log/embedded/log.js"
import { openNames } from "./log/embedded/names.js"
import { openRequired } from "./log/embedded/required.js"
import { openRevoked } from "./log/embedded/revoked.js"
import { openLetters } from "./letters/letters.js"
import { operatorApp } from "./operator/app.js"
import { callOperator, type OperatorAnswer, type OperatorMethod } from "./operator/call.js"
import { redactLog } from "./redacting.js"
import { embeddedRegistry } from "./registry/embedded.js"
import { openKeys } from "./tokens/keys.js"
import { openRevoking } from "./revoking.js"
import { newSecret } from "./tokens/secrets.js"

/**
 * Asks the server that runs on the folder; where none does, the folder is opened and asked directly.
 *
 * @param patience the most milliseconds that a server may take to answer; 0 has no end
 * @throws where the folder is in use by something that does not answer (`code` folder_in_use), or cannot be opened
 */
export async function callFolder(
  dataFolder: string,
  method: OperatorMethod,
  path: string,
  body?: object,
  patience?: number,
): Promise<OperatorAnswer> {
  const answered = await callOperator(dataFolder, method, path, body, patience)
  if (answered !== undefined) return answered

  const folder = await openFolder(dataFolder)
  const log = embeddedLog(folder, { retention: { age: Infinity, bytes: Infinity }, now: Date.now })
  try {
    const response = await appOf(dataFolder, folder, log).request(path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    })
    return { status: response.status, body: await response.json() }
  } finally {
    await log.close()
    await folder.close()
  }
}

/** The operator API on a folder that is open, without a server. What a change causes is heard when one runs. */
function appOf(dataFolder: string, folder: Folder, log: EmbeddedLog) {
  const registry = embeddedRegistry(folder, ({ system, entries }, beside) =>
    log.append(system, entries, beside),
  )
  return operatorApp({
    registry,
    changeSystem: openChanges({ registry, now: Date.now, freshId: randomUUID }),
    audit: registry.audit,
    letters: lettersIn(folder),
    names: namesIn(folder),
    past: redactLog(log, registry),
    required: openRequired(folder, () => false),
    revokeToken: openRevoking({
      registry,
      revoked: openRevoked(folder, { grace: Infinity, now: Date.now }),
      now: Date.now,
      endRevoked: () => undefined,
    }),
    knowsClient: (id) => registry.find("client", house, id) !== undefined,
    now: Date.now,
    freshId: randomUUID,
    newSecret,
    rotateKeys: async () => (await openKeys(dataFolder, Date.now)).rotate(),
    backup: (to) => makeBackup(folder, dataFolder, to),
    process: { version: "unknown", pid: process.pid, started: Date.now() },
    log: (fault) => {
      throw fault
    },
  })
}

/** The dead letters of a folder on which no server runs: none comes, and none becomes too old. */
const lettersIn = (folder: Folder) =>
  openLetters({
    folder,
    bounds: { count: Infinity, bytes: Infinity },
    ages: { shortest: Infinity, of: () => Infinity },
    now: Date.now,
    erasedIn: () => new Set(),
    isGone: () => false,
    spend: (_, work) => work(),
    fault: (error) => {
      throw error
    },
  })

/** The named listeners of such a folder: none comes, and none is forgotten for its age. */
const namesIn = (folder: Folder) =>
  openNames(folder, {
    age: Infinity,
    now: Date.now,
    isGone: () => false,
    fault: (error) => {
      throw error
    },
  })
