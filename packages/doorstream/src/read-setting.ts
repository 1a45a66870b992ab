/**
 * How texts of the environment are read: numbers, times, sizes, addresses. Each throws a sentence that says what the text
 * must be. It must not know which settings there are.
 */
import { isIP } from "node:net"

/** @returns what reads a whole number within bounds */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number < least || number > most)
      throw new Error(`must be a whole number from ${least} to ${most}`)
    return number
  }

/** A whole number from 1; "off" sets no limit. */
export const limit = (text: string): number => {
  if (text === "off") return Infinity
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error("must be a whole number from 1, or off")
  return Number(text)
}

const amount =
  (units: Readonly<Record<string, number>>, example: string) =>
  (text: string): number => {
    const [, number, unit] = /^(\d+(?:\.\d+)?) ?([a-zA-Z]+)$/.exec(text) ?? []
    const factor = units[unit?.toLowerCase() ?? ""]
    if (factor === undefined || Number(number) <= 0)
      throw new Error(
        `must be a number with one of the units ${Object.keys(units).join(", ")}, such as ${example}`,
      )
    return Number(number) * factor
  }

const second = 1000
const day = 86_400 * second
export const duration = amount({ s: second, m: 60 * second, h: 3600 * second, d: day }, "7d")
export const size = amount({ mb: 1e6, gb: 1e9, tb: 1e12 }, "10GB")

export function url(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (
    parsed === undefined ||
    !/^https?:$/.test(parsed.protocol) ||
    parsed.search !== "" ||
    parsed.hash !== ""
  )
    throw new Error("must be an address such as https://doors.example.org")
  return text.replace(/\/+$/, "")
}

export function host(text: string): string {
  if (isIP(text) === 0 && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text))
    throw new Error("must be an IP address or a host name, without a port")
  return text
}

export const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const
type Level = (typeof levels)[number]

export function level(text: string): Level {
  const found = levels.find((each) => each === text)
  if (found === undefined) throw new Error(`must be one of ${levels.join(", ")}`)
  return found
}

const small = amount({ kb: 1e3, mb: 1e6, kib: 1024, mib: 1024 ** 2 }, "100kB")

/** @returns what reads a size within bounds, in bytes */
export const sizeWithin =
  (least: number, most: number, range: string) =>
  (text: string): number => {
    const bytes = small(text)
    if (bytes < least || bytes > most) throw new Error(`must be ${range}`)
    return Math.floor(bytes)
  }
