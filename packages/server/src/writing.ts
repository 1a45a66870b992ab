/** What REST needs to change systems: the one way to do it, PINs as hashes, keys, fresh ids, and who asks how often. */
import { randomUUID } from "node:crypto"
import type { HttpDeps } from "./http/deps.js"
import { hashPin } from "./tokens/pins.js"
import { newSecret } from "./tokens/secrets.js"

type Given = Pick<HttpDeps, "change" | "letters" | "spend" | "addressOf" | "takeCall">
type Writing = Given & Pick<HttpDeps, "hashPin" | "newSecret" | "freshId">

export const openWriting = (given: Given): Writing => ({ ...given, hashPin, newSecret, freshId: randomUUID })
