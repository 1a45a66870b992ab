/** Where a request comes from. */
import type { IncomingMessage } from "node:http"

/** The address of the peer; one of IPv4 as such, also where the server listens on IPv6. */
export const addressOf = ({ socket }: IncomingMessage): string =>
  socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "unknown"
