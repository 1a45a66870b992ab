/** PINs of holders, which are kept as hashes only: slow ones with salt, because a PIN is short. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"

const derive = promisify(scrypt) as (pin: string, salt: Buffer, length: number) => Promise<Buffer>

const saltBytes = 16
const hashBytes = 32

/** @returns `scrypt:SALT:HASH`, both in base64url; with Node's own cost (N 16384, r 8, p 1) */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const hash = await derive(pin, salt, hashBytes)
  return `scrypt:${salt.toString("base64url")}:${hash.toString("base64url")}`
}

/** Whether this is the PIN of which only the hash was kept. */
export async function isPin(pin: string, kept: string): Promise<boolean> {
  const [method, salt = "", hash = ""] = kept.split(":")
  const expected = Buffer.from(hash, "base64url")
  if (method !== "scrypt" || expected.length !== hashBytes) return false
  return timingSafeEqual(await derive(pin, Buffer.from(salt, "base64url"), hashBytes), expected)
}
