/** Calls the operator API of the data folder that the environment names, and says refusals in words. */
import { existsSync } from "node:fs"
import { callFolder } from "@doorstream/server"
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

/**
 * Asks the server that runs on the data folder, or the folder itself.
 *
 * @param patience the most milliseconds that a server may take to answer; 0 has no end
 * @throws Plight where it refuses
 */
export async function operate<T>(
  method: "GET" | "POST",
  path: string,
  body?: object,
  patience?: number,
): Promise<T> {
  const folder = dataFolder()
  if (method === "GET" && !existsSync(folder))
    throw new Plight(`There is no data folder ${folder}. Choose one with DOORSTREAM_DATA=…`)
  const { status, body: json } = await callFolder(folder, method, path, body, patience).catch(
    (error: unknown) => {
      throw folderInWords(error, folder)
    },
  )
  if (status >= 200 && status < 300) return json as T
  const { code, message } = json as { readonly code?: string; readonly message?: string }
  throw new Plight(`${code ?? status}: ${message ?? "the operator API refused"}`)
}
