/** What REST needs to change systems: the one way to do it, PINs as hashes, fresh ids, and who asks how often. */
import { randomUUID } from "node:crypto"
import type { Milliseconds, Registry } from "./core/ports.js"
import type { HttpDeps } from "./http/deps.js"
import { openChanges } from "./intake/change.js"
import { hashPin } from "./tokens/pins.js"

type Given = Pick<HttpDeps, "letters" | "spend" | "addressOf" | "takeCall">
type Writing = Given & Pick<HttpDeps, "change" | "hashPin" | "freshId">

export function openWriting({
  registry,
  now,
  ...given
}: Given & { readonly registry: Registry; readonly now: () => Milliseconds }): Writing {
  const change = openChanges({ registry, now, freshId: randomUUID })
  return { ...given, change, hashPin, freshId: randomUUID }
}
