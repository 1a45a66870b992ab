/** Who asks: an API client that came over the port, or else whoever may open the data folder. */
import type { Context } from "hono"
import type { Author, SystemId } from "../core/ports.js"
import type { PersonalKind } from "@doorstream/contract"

/** Over the operator socket, and where no server runs. */
const owner: Author = { id: "operator", name: "The operator", from: "operator" }

/** What an app is handed with a request. */
export interface Asking {
  readonly author?: Author
  /** Makes pseudonyms for whoever may not be told what is personal. */
  readonly scrambleIn?: (system: SystemId, kind: PersonalKind, value: string) => string
}

export const authorOf = (c: Context): Author => (c.env as Asking | undefined)?.author ?? owner
