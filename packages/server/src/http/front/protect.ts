/**
 * What every answer says to browsers, so that nothing in it is taken for a page, framed, or embedded elsewhere. It must
 * not know what is answered. PROTOCOL §12.
 */
import type { ServerResponse } from "node:http"

const always = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  // Holds for what a page embeds without asking. What it asks for by CORS is decided by its origin.
  "Cross-Origin-Resource-Policy": "same-origin",
}

const aYear = 365 * 86_400

/** @param alwaysSecure whether browsers may be told never to come without TLS again */
export function openProtection(alwaysSecure: boolean): (response: ServerResponse) => void {
  const headers = Object.entries({
    ...always,
    ...(alwaysSecure ? { "Strict-Transport-Security": `max-age=${aYear}` } : {}),
  })
  return (response) => {
    for (const [name, value] of headers) response.setHeader(name, value)
  }
}
