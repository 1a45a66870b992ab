/** The secrets of API clients: made at random, kept as a hash, recognised without telling how near a guess was. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import { house, type ApiClient, type Registry } from "../core/ports.js"

export interface NewSecret {
  /** Shown once and never kept. */
  readonly secret: string
  readonly secretHash: string
}

const digest = (secret: string): Buffer => createHash("sha256").update(secret, "utf8").digest()

/** SHA-256 in hexadecimal, as the registry keeps it. A plain hash will do: the secrets are 256 random bits. */
export const hashSecret = (secret: string): string => digest(secret).toString("hex")

export function newSecret(): NewSecret {
  const secret = randomBytes(32).toString("base64url")
  return { secret, secretHash: hashSecret(secret) }
}

function matches(secret: string, secretHash: string): boolean {
  const kept = Buffer.from(secretHash, "hex")
  const shown = digest(secret)
  return kept.length === shown.length && timingSafeEqual(kept, shown)
}

/** The API client with this id and secret; undefined where either is wrong, without telling which. */
export function recogniseClient(registry: Registry, id: string, secret: string): ApiClient | undefined {
  const client = registry.find("client", house, id)
  // An unknown client costs as much time as a wrong secret.
  const isRight = matches(secret, client?.secretHash ?? hashSecret(""))
  return isRight ? client : undefined
}
