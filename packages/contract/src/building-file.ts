/** A building as one file: all of a system that somebody writes down, each object under a name of its own. */
import type { Written } from "./nouns/field.js"

/**
 * An object in the file: its fields as REST takes them, without secrets. `id` is only needed of one that has no
 * `externalId`, as an export writes it.
 */
export type Listed = Written & { readonly id?: string; readonly externalId?: string }

export interface ListedHolder extends Listed {
  readonly credentials?: readonly Listed[]
}

export interface ListedCloudNode extends Listed {
  readonly connections?: readonly Listed[]
  readonly devices?: readonly Listed[]
}

/** What a system is to be. A list that is not there is empty: what is not in the file is to go. */
export interface BuildingFile {
  readonly groups?: readonly Listed[]
  readonly holders?: readonly ListedHolder[]
  readonly cloudNodes?: readonly ListedCloudNode[]
  readonly rules?: readonly Listed[]
}

/** What becomes of one object when a file is applied. */
export interface BuildingStep {
  readonly does: "add" | "change" | "remove"
  readonly noun: "cloudNode" | "connection" | "device" | "holder" | "group" | "rule"
  /** The externalId, else the id. */
  readonly named: string
  /** What people call it. */
  readonly called: string
  /** The fields that change, as they were and will be; nothing of what is never shown. */
  readonly fields: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[]
}
