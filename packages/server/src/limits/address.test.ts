/** Whom an address counts for. */
import { expect, it } from "vitest"
import { keyOf } from "./address.js"

it.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2::3", "2001:db8:1:2::/64"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8::", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["unknown", "unknown"],
])("An address counts for itself, or of IPv6 for its network: %s", (address, key) => {
  expect(keyOf(address)).toBe(key)
})
