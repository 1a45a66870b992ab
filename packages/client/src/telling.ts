/** Tells whoever listens what is wrong, or writes it where nobody asked for that. It must not know what heals it. */
import type { Trouble } from "./errors.js"
import type { World } from "./world.js"

/** A connection that is cut now and then is nothing that a person must read of. */
const worthWriting = ({ error: { code }, attempt }: Trouble): boolean =>
  attempt >= 3 || !(code === "unreachable" || code === "silent" || code === "draining")

/** @param onTrouble what the user gave for it */
export const teller =
  (world: World, onTrouble: ((trouble: Trouble) => unknown) | undefined) =>
  (trouble: Trouble): void => {
    if (onTrouble !== undefined) return void onTrouble(trouble)
    const { error, retryIn } = trouble
    const next = retryIn === undefined ? "" : ` It is tried again in ${Math.ceil(retryIn / 1000)} s.`
    if (worthWriting(trouble)) world.warn(`Doorstream: ${error.message}${next} (${error.code})`)
  }
