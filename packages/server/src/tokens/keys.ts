/**
 * The keys that sign tokens: Ed25519, a file each in the data folder. The newest signs, all verify, and their public
 * parts are published. It must not know what a token says.
 */
import { chmod, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from "jose"
import type { Milliseconds } from "../core/ports.js"
import { findSecretDamage } from "./pseudonyms.js"

export const algorithm = "EdDSA"

/** A key as others may see it. */
export interface PublishedKey extends JWK {
  readonly kid: string
}

interface SigningKey {
  readonly kid: string
  readonly created: string
  readonly sign: CryptoKey
  readonly verify: CryptoKey
  readonly published: PublishedKey
}

export interface Keys {
  /** Signs new tokens. */
  readonly newest: SigningKey
  /** Makes a key that signs from now on; the others go on verifying what they signed. Resolves with its id. */
  rotate(): Promise<string>
  /** Removes what was followed by a younger key so long ago that nothing it signed is of use; tells their ids. */
  retire(followedBefore: Milliseconds): Promise<readonly string[]>
  /** The key that verifies what was signed under this id. */
  find(kid: string): CryptoKey | undefined
  /** The public parts of all keys, newest first, as a JWK set. */
  published(): { readonly keys: readonly PublishedKey[] }
}

/**
 * Opens the signing keys in `<data folder>/keys`, and makes the first one where there is none.
 *
 * @throws where a key file cannot be read or is damaged; the message names the file and the way out
 */
export async function openKeys(dataFolder: string, now: () => Milliseconds): Promise<Keys> {
  const folder = join(dataFolder, "keys")
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"))
  if (names.length === 0) names.push(await makeKey(folder, now()))

  const read = async (name: string): Promise<SigningKey> => readKey(join(folder, name))
  let keys = youngestFirst(await Promise.all(names.map(read)))
  return {
    get newest() {
      return keys[0]!
    },
    find: (kid) => keys.find((key) => key.kid === kid)?.verify,
    published: () => ({ keys: keys.map((key) => key.published) }),
    rotate: async () => {
      // Younger than all, whatever the clock says, since the youngest signs.
      const made = await read(await makeKey(folder, Math.max(now(), Date.parse(keys[0]!.created) + 1)))
      keys = youngestFirst([made, ...keys])
      return made.kid
    },
    retire: async (followedBefore) => {
      const isOver = (_: SigningKey, index: number): boolean =>
        index > 0 && Date.parse(keys[index - 1]!.created) < followedBefore
      const over = keys.filter(isOver)
      for (const { kid } of over) await rm(join(folder, `${kid}.json`), { force: true })
      keys = keys.filter((key) => !over.includes(key))
      return over.map(({ kid }) => kid)
    },
  }
}

/** What is wrong with the key files of a data folder, a sentence for each; nothing is made or changed. */
export async function findKeyDamage(dataFolder: string): Promise<string[]> {
  const folder = join(dataFolder, "keys")
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return []
    throw error
  })
  const found = names
    .filter((name) => name.endsWith(".json"))
    .map((name) =>
      readKey(join(folder, name)).then(
        () => [],
        (error: Error) => [error.message],
      ),
    )
  return (await Promise.all([...found, findSecretDamage(folder)])).flat()
}

const youngestFirst = (keys: readonly SigningKey[]): readonly SigningKey[] =>
  keys.toSorted((one, other) => other.created.localeCompare(one.created))

/** Makes a key and keeps it; returns its file's name. What is there after a crash is the whole file or none. */
async function makeKey(folder: string, now: Milliseconds): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  const name = `${kid}.json`
  const path = join(folder, name)
  const kept = { ...jwk, kid, alg: algorithm, use: "sig", created: new Date(now).toISOString() }

  const file = await open(`${path}.new`, "w", 0o600)
  try {
    await file.writeFile(`${JSON.stringify(kept, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  await syncFolder(folder)
  return name
}

/** Makes the rename outlast a power cut. Windows cannot open a folder, and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return
  const handle = await open(folder, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readKey(path: string): Promise<SigningKey> {
  const text = await readFile(path, "utf8")
  // What went wrong is not told further: a parser's words may quote the file, and the file is a secret.
  const key = await importKey(text).catch(() => undefined)
  if (key !== undefined) return key
  const message =
    `The signing key ${path} is damaged. Bring it back from a backup; or remove it, and every token that it signed ` +
    "is refused: applications must then request new ones, and a new key is made where no other is left."
  throw Object.assign(new Error(message), { code: "key_damaged" })
}

async function importKey(text: string): Promise<SigningKey> {
  const { kty, crv, x, d, kid, created } = JSON.parse(text) as JWK & { created?: unknown }
  if (kty !== "OKP" || crv !== "Ed25519" || x === undefined || d === undefined) throw new Error("no such key")
  if (typeof created !== "string" || Number.isNaN(Date.parse(created))) throw new Error("no date")
  const publicPart = { kty, crv, x }
  if (kid === undefined || kid !== (await calculateJwkThumbprint(publicPart)))
    throw new Error("not its own id")
  return {
    kid,
    created,
    // Node refuses a private part that does not belong to the public one.
    sign: (await importJWK({ ...publicPart, d }, algorithm)) as CryptoKey,
    verify: (await importJWK(publicPart, algorithm)) as CryptoKey,
    published: { ...publicPart, kid, alg: algorithm, use: "sig" },
  }
}
