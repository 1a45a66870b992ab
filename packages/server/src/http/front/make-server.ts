/** Makes the node server: plain, or with TLS where there is a certificate. It must not know what is answered. */
import { createServer as createPlain, type RequestListener, type Server as PlainServer } from "node:http"
import { createServer as createSecure, type Server as SecureServer } from "node:https"
import type { Milliseconds } from "../../core/ports.js"
import type { Certificate } from "./certificate.js"

/** How long a client may take to agree on a secret, before any request of its own is looked at. */
const agreeWithin: Milliseconds = 10_000

/**
 * For how long a connection is kept open for the next request: longer than proxies keep theirs (60 s is usual), which else
 * send a request just when it is closed, and must tell their client that nobody answers.
 */
const keepOpen: Milliseconds = 65_000

/** The server goes over to each new pair of the certificate; connections that are open keep what they agreed on. */
export function makeServer(
  certificate: Certificate | undefined,
  answer: RequestListener,
): PlainServer | SecureServer {
  const options = { keepAliveTimeout: keepOpen }
  if (certificate === undefined) return createPlain(options, answer)
  const server = createSecure({ ...certificate.first, ...options, handshakeTimeout: agreeWithin }, answer)
  server.once(
    "close",
    certificate.follow((pair) => server.setSecureContext(pair)),
  )
  return server
}
