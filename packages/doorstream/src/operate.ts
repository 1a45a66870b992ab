/**
 * Calls the operator API of the data folder that the environment names, or over the operator port, and says refusals in
 * words.
 */
import { existsSync } from "node:fs"
import { callFolder, type OperatorAnswer, type OperatorMethod } from "@doorstream/server"
import { Plight } from "./say.js"
import { settings } from "./settings.js"

/** Errors whose message says it all. */
const wordsEnough = new Set([
  "folder_in_use",
  "folder_is_backup",
  "folder_damaged",
  "folder_missing",
  "format_newer",
  "key_damaged",
  "backup_refused",
])

/** What is wrong with a data folder, in words where its user can mend that; else the error as it is. */
export function folderInWords(error: unknown, folder: string): unknown {
  if (!(error instanceof Error)) return error
  const { code, syscall } = error as NodeJS.ErrnoException
  if (wordsEnough.has(code ?? "")) return new Plight(error.message)
  if (error.cause instanceof Error) return new Plight(`${error.message} ${error.cause.message}`)
  if (syscall === undefined) return error
  return new Plight(
    `${folder} cannot be the data folder: ${error.message}. Choose one with DOORSTREAM_DATA=…`,
  )
}

/** The data folder that the environment names. */
export const dataFolder = (): string => process.env["DOORSTREAM_DATA"] || settings.DOORSTREAM_DATA.otherwise!

/** Asks a server over its operator port. */
async function callPort(url: string, method: OperatorMethod, path: string, body?: object) {
  const token = process.env["DOORSTREAM_OPERATOR_TOKEN"]
  if (!token) throw new Plight("DOORSTREAM_OPERATOR_URL needs DOORSTREAM_OPERATOR_TOKEN beside it.")
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new Plight(
      `DOORSTREAM_OPERATOR_URL must be an address such as http://127.0.0.1:8081; it is "${url}".`,
    )
  try {
    const response = await fetch(url.replace(/\/+$/, "") + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json() } satisfies OperatorAnswer
  } catch (error) {
    throw new Plight(`No operator API answers at ${url}.`, { cause: error })
  }
}

async function callHere(method: OperatorMethod, path: string, body?: object, patience?: number) {
  const folder = dataFolder()
  if (method === "GET" && !existsSync(folder))
    throw new Plight(`There is no data folder ${folder}. Choose one with DOORSTREAM_DATA=…`)
  return callFolder(folder, method, path, body, patience).catch((error: unknown) => {
    throw folderInWords(error, folder)
  })
}

/** The same path with another query; what is undefined is left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const said = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) said.set(name, String(value))
  return said.size === 0 ? path : `${path}?${said.toString()}`
}

const perPage = 1000

/** All of a list that comes in pages. */
export async function operateList<T>(
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): Promise<readonly T[]> {
  const all: T[] = []
  for (let page = 0; ; page++) {
    const more = await operate<readonly T[]>("GET", withQuery(path, { ...query, page, per_page: perPage }))
    all.push(...more)
    if (more.length < perPage) return all
  }
}

/**
 * Asks the server at DOORSTREAM_OPERATOR_URL; else the one that runs on the data folder, or the folder itself.
 *
 * @param patience the most milliseconds that a server may take to answer; 0 has no end
 * @throws Plight where it refuses
 */
export async function operate<T>(
  method: OperatorMethod,
  path: string,
  body?: object,
  patience?: number,
): Promise<T> {
  const url = process.env["DOORSTREAM_OPERATOR_URL"]
  const { status, body: json } = await (url
    ? callPort(url, method, path, body)
    : callHere(method, path, body, patience))
  if (status >= 200 && status < 300) return json as T
  const { code, message } = json as { readonly code?: string; readonly message?: string }
  throw new Plight(`${code ?? status}: ${message ?? "the operator API refused"}`)
}
