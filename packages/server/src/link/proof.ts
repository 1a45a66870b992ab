/** Whether a proof was made with a panel's key. The key itself never travels: its hash keys an HMAC. PROTOCOL §16. */
import { createHmac, timingSafeEqual } from "node:crypto"
import { proofText } from "@doorstream/contract"
import type { Proven } from "../core/link-session.js"
import type { Registry } from "../core/ports.js"

const proofOf = (keyHash: string, nonce: string, serialNumber: string): Buffer =>
  createHmac("sha256", Buffer.from(keyHash, "hex")).update(proofText(nonce, serialNumber)).digest()

/** A panel that is not there costs as much time as one with another key. */
const nobody = ["00".repeat(32)]

/**
 * What a proof proves; undefined where no key of the panel's makes it.
 *
 * @param proof in hexadecimal
 */
export function prove(
  registry: Pick<Registry, "panelWith">,
  nonce: string,
  serialNumber: string,
  proof: string,
): Proven | undefined {
  const found = registry.panelWith(serialNumber)
  const shown = Buffer.from(proof, "hex")
  const isShown = (kept: Buffer): boolean => kept.length === shown.length && timingSafeEqual(kept, shown)
  const hashes = found?.panel.keyHashes ?? nobody
  const keyHash = hashes.find((hash) => isShown(proofOf(hash, nonce, serialNumber)))
  return found === undefined || keyHash === undefined
    ? undefined
    : { system: found.system, cloudNodeId: found.panel.id, serialNumber, keyHash }
}
