/** Proves a panel's key, as PROTOCOL §16.4 has it. It must not know which key is good. */
import { createHash, createHmac } from "node:crypto"
import { proofText } from "@doorstream/contract"

/** @param nonce that of the link on which it is said */
export const proofOf = (key: string, nonce: string, serialNumber: string): string =>
  createHmac("sha256", createHash("sha256").update(key).digest())
    .update(proofText(nonce, serialNumber))
    .digest("hex")
