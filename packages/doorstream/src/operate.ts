/** Calls the operator API of the data folder that the environment names, and says refusals in words. */
import { callFolder } from "@doorstream/server"
import { Plight } from "./say.js"
import { settings } from "./settings.js"

/**
 * Asks the server that runs on the data folder, or the folder itself.
 *
 * @throws Plight where it refuses
 */
export async function operate<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
  const folder = process.env["DOORSTREAM_DATA"] || settings.DOORSTREAM_DATA.otherwise!
  const { status, body: json } = await callFolder(folder, method, path, body)
  if (status >= 200 && status < 300) return json as T
  const { code, message } = json as { readonly code?: string; readonly message?: string }
  throw new Plight(`${code ?? status}: ${message ?? "the operator API refused"}`)
}
