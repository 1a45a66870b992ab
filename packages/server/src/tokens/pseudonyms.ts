/**
 * Scrambles what is personal: an HMAC with a key per system, derived from one secret that lies beside the signing keys.
 * The secret is made once, and never told. It must not know what is personal, nor in which form a pseudonym is shown.
 */
import { createHmac, hkdfSync, randomBytes } from "node:crypto"
import { open, readFile, rename } from "node:fs/promises"
import { join } from "node:path"
import type { PersonalKind } from "@doorstream/contract"
import type { SystemId } from "../core/ports.js"

/** In the folder of keys. No signing key has such a name. */
export const pseudonymSecret = "pseudonyms.secret"

/** 64 hexadecimal digits for a value of a system. */
export type ScrambleIn = (system: SystemId, kind: PersonalKind, value: string) => string

const bytes = 32

async function readSecret(path: string): Promise<Buffer | undefined> {
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
  const secret = /^[A-Za-z0-9_-]{43}\n$/.test(text) ? Buffer.from(text.trim(), "base64url") : undefined
  if (secret?.length === bytes) return secret
  const message =
    `The secret of pseudonyms ${path} is damaged. Bring it back from a backup; or remove it, and whoever listens with ` +
    "a redacted token hears other pseudonyms than before."
  throw Object.assign(new Error(message), { code: "key_damaged" })
}

/** What is there after a crash is the whole file or none. */
async function makeSecret(path: string): Promise<Buffer> {
  const secret = randomBytes(bytes)
  const file = await open(`${path}.new`, "w", 0o600)
  try {
    await file.writeFile(`${secret.toString("base64url")}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  return secret
}

/** What is wrong with the secret, in a sentence; nothing where there is none. */
export const findSecretDamage = (keyFolder: string): Promise<string[]> =>
  readSecret(join(keyFolder, pseudonymSecret)).then(
    () => [],
    (error: Error) => [error.message],
  )

/**
 * Opens the secret of a data folder that has its keys already, and makes it where there is none.
 *
 * @throws where it is damaged; the message names the file and the way out
 */
export async function openPseudonyms(dataFolder: string): Promise<ScrambleIn> {
  const path = join(dataFolder, "keys", pseudonymSecret)
  const secret = (await readSecret(path)) ?? (await makeSecret(path))
  const keys = new Map<SystemId, Buffer>()
  const keyOf = (system: SystemId): Buffer => {
    const known = keys.get(system)
    if (known !== undefined) return known
    const key = Buffer.from(hkdfSync("sha256", secret, "", `doorstream pseudonyms ${system}`, bytes))
    keys.set(system, key)
    return key
  }
  return (system, kind, value) =>
    createHmac("sha256", keyOf(system)).update(`${kind}\n${value}`, "utf8").digest("hex")
}
