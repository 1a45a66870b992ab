/** Whom an address counts for. */

/** The 64 bits of an IPv6 address that name a network: a single customer has all that are below it. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("%")[0]!.split("::")
  const front = head.split(":").filter((group) => group !== "")
  const back = tail === undefined ? [] : tail.split(":").filter((group) => group !== "")
  const groups = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => "0"), ...back]
  return `${groups.slice(0, 4).join(":")}::/64`
}

/**
 * The key under which an address is counted.
 *
 * @example keyOf("::ffff:192.0.2.7") // "192.0.2.7"
 * @example keyOf("2001:db8:1:2::3") // "2001:db8:1:2::/64"
 */
export function keyOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  return address.includes(":") ? networkOf(address) : address
}
