/**
 * Collects the parts of a sync until it is whole: half of what there is to know is never acted upon. It must not know
 * what the objects are.
 */
import type { ServerMessage, SyncedObject } from "@doorstream/contract"

export type SyncPart = Extract<ServerMessage, { type: "sync" }>

/** All that there is to know where there is no `from`; else what has changed since that revision. */
export interface WholeSync {
  readonly revision: string
  readonly from?: string
  readonly objects: readonly SyncedObject[]
}

export type Taken =
  | { readonly taken: "part" }
  | { readonly taken: "whole"; readonly sync: WholeSync }
  /** It is not the next part, or is about what this node does not know: it is to be sent anew. */
  | { readonly taken: "none" }

export class SyncParts {
  #revision: string | undefined
  #from: string | undefined
  #next = 0
  #objects: SyncedObject[] = []

  /** @param known the revision that was taken over last */
  take({ revision, from, part, isLast, objects }: SyncPart, known: string | undefined): Taken {
    if (part === 0) {
      this.forget()
      this.#revision = revision
      this.#from = from
    }
    const fits = revision === this.#revision && from === this.#from && part === this.#next
    if (!fits || (from !== undefined && from !== known)) return { taken: "none" }
    this.#next += 1
    for (const object of objects) this.#objects.push(object)
    if (!isLast) return { taken: "part" }
    const sync = { revision, ...(from !== undefined && { from }), objects: this.#objects }
    this.forget()
    return { taken: "whole", sync }
  }

  /** Throws away what is not whole. */
  forget(): void {
    this.#revision = undefined
    this.#from = undefined
    this.#next = 0
    this.#objects = []
  }
}
