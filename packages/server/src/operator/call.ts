/** Asks a running server something over its operator socket. It must not know what can be asked. */
import { existsSync } from "node:fs"
import { request } from "node:http"
import { text } from "node:stream/consumers"
import { operatorAddress, withinReach } from "./address.js"

export type OperatorMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

export interface OperatorAnswer {
  readonly status: number
  /** What was answered, read from JSON. */
  readonly body: unknown
}

/** What connecting says where nobody listens: no such socket, or one that its process left behind. */
const nobodyThere = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ECONNREFUSED")

/** The most milliseconds that an answer may take, unless told. */
const patienceUnlessTold = 10_000

/**
 * Asks the server that listens at the folder's operator socket.
 *
 * @param path such as `/clients`
 * @param body sent as JSON
 * @param patience the most milliseconds that the answer may take; 0 has no end
 * @returns the answer, or undefined where no server runs on this folder
 * @throws where the server there does not answer, or may not be asked by this user
 */
export async function callOperator(
  dataFolder: string,
  method: OperatorMethod,
  path: string,
  body?: object,
  patience = patienceUnlessTold,
): Promise<OperatorAnswer | undefined> {
  if (!existsSync(dataFolder)) return undefined
  try {
    return await withinReach(operatorAddress(dataFolder), (socketPath) =>
      ask(socketPath, method, path, body === undefined ? "" : JSON.stringify(body), patience),
    )
  } catch (cause) {
    if (nobodyThere(cause)) return undefined
    throw new Error(`The server on ${dataFolder} could not be asked over its operator socket.`, { cause })
  }
}

const ask = (
  socketPath: string,
  method: string,
  path: string,
  body: string,
  patience: number,
): Promise<OperatorAnswer> =>
  new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }
    const asking = request({ socketPath, method, path, headers, agent: false }, (response) => {
      text(response)
        .then((said) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(said) as unknown }))
        .catch(reject)
    })
    asking.setTimeout(patience, () => asking.destroy(new Error("It did not answer in time.")))
    asking.once("error", reject)
    asking.end(body)
  })
