/**
 * Runs a code sample literally: it sees the names that its text leaves to the reader, and nothing is changed but the
 * host. It must not know what the sample does.
 */
import { createRequire } from "node:module"
import { compileFunction } from "node:vm"

const require = createRequire(import.meta.url)

/** The host that the samples connect to. */
const specifiedHost = "wss://systems.pdk.io"

/** What a sample is given beside `require`. */
export interface Given {
  readonly systemId: string
  readonly systemToken: string
  readonly getSystemToken: () => Promise<string>
  readonly console: { readonly log: (...args: unknown[]) => void }
  readonly setInterval: (act: () => void, milliseconds: number) => void
}

/** What every socket of the samples can do. */
export interface SampleSocket {
  on(name: string, hear: (...args: never[]) => void): unknown
  close(): unknown
}

/**
 * Runs a sample.
 *
 * @param url where the server is, `http://…`
 * @param instead what `require` gives where the sample asks for a package by its usual name
 * @returns the sample's `socket`
 */
export function runSample(
  sample: string,
  url: string,
  given: Given,
  instead: Readonly<Record<string, string>> = {},
): SampleSocket {
  const parts = sample.split(specifiedHost)
  if (parts.length !== 2) throw new Error(`The sample names ${specifiedHost} ${parts.length - 1} times.`)
  const names = { ...given, require: (name: string): unknown => require(instead[name] ?? name) }
  const code = `${parts.join(url.replace(/^http/, "ws"))}\nreturn socket`
  return compileFunction(code, Object.keys(names))(...Object.values(names)) as SampleSocket
}
