/** `doorstream holder`: what an operator does about a person. */
import { operate } from "../operate.js"
import { remark, say } from "../say.js"

/** Erases a holder for good, and prints the id. */
export async function eraseHolder(holder: string, { system }: { readonly system: string }): Promise<void> {
  const path = `/systems/${encodeURIComponent(system)}/holders/${encodeURIComponent(holder)}/erase`
  const { id } = await operate<{ readonly id: string }>("POST", path, {})
  say(id)
  remark(
    "Erased: name, credentials and PIN are gone from the registry, and events tell nothing of them any more. " +
      "Backups that were made before still do.",
  )
}
