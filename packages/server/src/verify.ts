/** Verifies a whole data folder or backup on which no server runs; changes nothing in what it holds. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { open } from "lmdb"
import { claimFolder } from "./log/embedded/claim.js"
import { dataFile, environment } from "./log/embedded/folder.js"
import { findOtherFormat } from "./log/embedded/format.js"
import { findDamage } from "./log/embedded/pages.js"
import { verifyTables, type ReadTable } from "./log/embedded/verify.js"
import { findKeyDamage } from "./tokens/keys.js"

export interface Verified {
  /** What is wrong, a sentence each, the first thousand of them. */
  readonly findings: readonly string[]
  readonly events: number
}

const mostFindings = 1000

/**
 * @param progress hears now and then how far it is, in words
 * @throws Error with the code `folder_in_use` where a server runs on it, `folder_missing` where there is none
 */
export async function verifyFolder(path: string, progress: (words: string) => void): Promise<Verified> {
  const file = join(path, dataFile)
  if (!existsSync(file)) {
    const message = `There is no data folder ${path}: it has no ${dataFile} in it.`
    throw Object.assign(new Error(message), { code: "folder_missing" })
  }
  const findings = await findKeyDamage(path)
  const release = claimFolder(path)
  try {
    const damage = findDamage(file, {
      thorough: true,
      walked: (pages, of) => progress(`${pages} of ${of} pages`),
    })
    if (damage !== undefined) {
      // LMDB would end the process on it.
      findings.push(`The data file ${file} is damaged: ${damage}. What it holds was not read.`)
      return { findings, events: 0 }
    }
    return { findings, events: await readTables(path, findings, progress) }
  } finally {
    await release()
  }
}

async function readTables(path: string, findings: string[], progress: (words: string) => void) {
  const root = open({ path, ...environment, readOnly: true })
  try {
    const otherFormat = findOtherFormat(root)
    if (otherFormat !== undefined) {
      findings.push(otherFormat)
      return 0
    }
    const table = (name: string): ReadTable =>
      root.openDB<string, Uint8Array>({ name, keyEncoding: "binary", encoding: "string" }) ?? nothing
    let steps = 0
    return verifyTables({
      tables: {
        rows: table("log.rows"),
        ids: table("log.ids"),
        systems: table("log.systems"),
        registry: table("registry"),
        audit: table("audit"),
        letters: table("letters"),
        letterSystems: table("letters.systems"),
        states: table("states"),
        stateHeads: table("states.heads"),
      },
      found: (what) => findings.length < mostFindings && findings.push(what),
      step: () => ++steps % 50_000 === 0 && progress(`${steps} entries`),
    })
  } finally {
    await root.close()
  }
}

/** A folder in which a table was never written has none. */
const nothing: ReadTable = { get: () => undefined, getRange: () => [] }
