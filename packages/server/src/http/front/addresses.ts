/**
 * Whose address a request comes from, proxies that are trusted left aside. The one place that decides about it: limits and
 * logs ask here. It must not know what for. PROTOCOL §12.
 */
import type { IncomingMessage } from "node:http"
import { BlockList, isIP } from "node:net"

/** The address of whoever asks; one of IPv4 as such, also where the server listens on IPv6. */
export type AddressOf = (request: IncomingMessage) => string

/** An address as it is compared: without brackets, port and zone, and IPv4 not dressed up as IPv6. */
function plain(text: string): string | undefined {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? []
  const withoutPort = bracketed ?? text.replace(/^([\d.]+):\d+$/, "$1")
  const address = withoutPort.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "")
  return isIP(address) === 0 ? undefined : address
}

function listOf(trusted: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const each of trusted) {
    const [address = "", bits] = each.split("/")
    const family = isIP(address) === 6 ? "ipv6" : "ipv4"
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")
}

/**
 * Makes the function that tells where a request comes from. Each trusted proxy has put the address that it saw at the end
 * of X-Forwarded-For; so that is read from the right for as long as those who wrote it are trusted.
 *
 * @param trusted addresses and networks (`10.0.0.0/8`) of proxies
 */
export function openAddresses(trusted: readonly string[]): AddressOf {
  const isTrusted = listOf(trusted)
  return ({ socket, headers }) => {
    const peer = plain(socket.remoteAddress ?? "")
    if (peer === undefined) return "unknown"
    // Node joins several such headers with commas, in their order.
    const hops = String(headers["x-forwarded-for"] ?? "").split(",")
    let known = peer
    while (isTrusted(known)) {
      const before = plain(hops.pop()?.trim() ?? "")
      // The last one that is known is all there is to say: what stands before it, nobody trusted has seen.
      if (before === undefined) return known
      known = before
    }
    return known
  }
}
