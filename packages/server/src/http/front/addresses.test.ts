/** Whose address is believed. */
import type { IncomingMessage } from "node:http"
import { describe, expect, it } from "vitest"
import { openAddresses } from "./addresses.js"

const addressOf = openAddresses(["10.0.0.0/8", "192.168.7.1", "fd00::/16", "2001:db8::1"])

/** What a request is, as far as its address goes. */
const from = (remoteAddress: string | undefined, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } }) as unknown as IncomingMessage

const cases: readonly [what: string, peer: string, forwarded: string | undefined, address: string][] = [
  ["of a peer that says nothing", "203.0.113.5", undefined, "203.0.113.5"],
  ["of a peer that is not trusted, whatever it says", "203.0.113.5", "198.51.100.1", "203.0.113.5"],
  ["that a trusted peer saw", "10.1.2.3", "198.51.100.1", "198.51.100.1"],
  ["of a trusted peer that says nothing", "10.1.2.3", undefined, "10.1.2.3"],
  [
    "that the last who is trusted saw, through several",
    "10.1.2.3",
    "198.51.100.1, 192.168.7.1",
    "198.51.100.1",
  ],
  [
    "that is nearest, where a client put others before it",
    "10.1.2.3",
    "10.9.9.9, 1.2.3.4, 198.51.100.1",
    "198.51.100.1",
  ],
  ["of the farthest, where all are trusted", "10.1.2.3", "10.9.9.9, 10.8.8.8", "10.9.9.9"],
  ["that is known, where what stands before is none", "10.1.2.3", "198.51.100.1, unknown", "10.1.2.3"],
  ["that is known, where what stands before is empty", "10.1.2.3", "198.51.100.1,,10.4.4.4", "10.4.4.4"],
  ["of IPv4 on a socket of IPv6", "::ffff:10.1.2.3", "::ffff:198.51.100.1", "198.51.100.1"],
  ["without its port", "10.1.2.3", "198.51.100.1:5123", "198.51.100.1"],
  ["of IPv6", "fd00::17", "2001:db8::2, 2001:db8::1", "2001:db8::2"],
  ["of IPv6 without brackets and port", "2001:0db8:0::1", "[2001:db8::2]:5123", "2001:db8::2"],
  ["of IPv6 beside what is trusted", "fd01::1", "198.51.100.1", "fd01::1"],
]

describe("The address of a request", () => {
  it.each(cases)("is the one %s", (_, peer, forwarded, address) => {
    expect(addressOf(from(peer, forwarded))).toBe(address)
  })

  it("is unknown where the connection is gone already", () => {
    expect(addressOf(from(undefined, "198.51.100.1"))).toBe("unknown")
  })

  it("is the peer's where nobody is trusted, loopback included", () => {
    expect(openAddresses([])(from("127.0.0.1", "198.51.100.1"))).toBe("127.0.0.1")
  })
})
