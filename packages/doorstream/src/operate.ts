/** Calls the operator API of the data folder that the environment names, and says refusals in words. */
import { existsSync } from "node:fs"
import { callFolder } from "@doorstream/server"
import { Plight } from "./say.js"
import { settings } from "./settings.js"

/** What is wrong with a data folder, in words where its user can mend that; else the error as it is. */
export function folderInWords(error: unknown, folder: string): unknown {
  if (!(error instanceof Error)) return error
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === "folder_in_use" || code === "format_newer") return new Plight(error.message)
  if (error.cause instanceof Error) return new Plight(`${error.message} ${error.cause.message}`)
  if (syscall === undefined) return error
  return new Plight(
    `${folder} cannot be the data folder: ${error.message}. Choose one with DOORSTREAM_DATA=…`,
  )
}

/**
 * Asks the server that runs on the data folder, or the folder itself.
 *
 * @throws Plight where it refuses
 */
export async function operate<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
  const folder = process.env["DOORSTREAM_DATA"] || settings.DOORSTREAM_DATA.otherwise!
  if (method === "GET" && !existsSync(folder))
    throw new Plight(`There is no data folder ${folder}. Choose one with DOORSTREAM_DATA=…`)
  const { status, body: json } = await callFolder(folder, method, path, body).catch((error: unknown) => {
    throw folderInWords(error, folder)
  })
  if (status >= 200 && status < 300) return json as T
  const { code, message } = json as { readonly code?: string; readonly message?: string }
  throw new Plight(`${code ?? status}: ${message ?? "the operator API refused"}`)
}
