/** Reads a list of addresses and networks as a person writes it. It must not know what they are for. */
import { isIP } from "node:net"

function readNetwork(text: string): string {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  if (Number(bits ?? 0) > most || address.includes("%"))
    throw new Error("must be IP addresses or networks such as 10.0.0.0/8, with commas between")
  return text
}

/** @throws a sentence that says what it must be */
export const readNetworks = (text: string): string[] =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map(readNetwork)
