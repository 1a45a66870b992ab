/** Who asks: an API client that came over the port, or else whoever may open the data folder. */
import type { Context } from "hono"
import type { Author } from "../core/ports.js"

/** Over the operator socket, and where no server runs. */
const owner: Author = { id: "operator", name: "The operator", from: "operator" }

/** What an app is handed with a request. */
export interface Asking {
  readonly author?: Author
}

export const authorOf = (c: Context): Author => (c.env as Asking | undefined)?.author ?? owner
