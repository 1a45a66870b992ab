/** Where things of a system are on its server. It must not know who asks. */
import { DoorstreamError } from "./errors.js"

/** A system on a server; `url` may have a path before it, where a proxy does. */
export interface Place {
  /** Where the server is: `https://doors.example.org`. */
  readonly url: string
  readonly systemId: string
}

/** @throws DoorstreamError `url_invalid` */
export function addressOf({ url, systemId }: Place, ...path: readonly string[]): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined
  if (
    base === undefined ||
    !/^https?:$/.test(base.protocol) ||
    typeof systemId !== "string" ||
    systemId === ""
  )
    throw new DoorstreamError(
      "url_invalid",
      `This is no address of a system: ${url} with systemId ${systemId}.`,
    )
  base.pathname = [base.pathname.replace(/\/$/, ""), ...[systemId, ...path].map(encodeURIComponent)].join("/")
  base.search = base.hash = ""
  return base
}
