/** The operator of a house: asks over its operator socket, or on its operator port. */
import { callFolder, type OperatorMethod } from "@doorstream/server"
import type { House } from "./house.js"

export interface Answer<T> {
  readonly status: number
  readonly body: T
}

/** Asks as whoever may open the data folder. */
export const operate = async <T = Record<string, unknown>>(
  house: Pick<House, "dataFolder">,
  method: OperatorMethod,
  path: string,
  body?: object,
): Promise<Answer<T>> => (await callFolder(house.dataFolder, method, path, body)) as Answer<T>

/** The address of the operator port, as the log tells it. */
export function portOf({ told }: House): string {
  const { fields } = told.findLast(({ text }) => text === "operator")!
  return `http://127.0.0.1:${(fields as { port: number }).port}`
}

export interface MadeClient {
  readonly id: string
  readonly secret: string
}

export const makeClient = async (
  house: House,
  systems: readonly string[],
  ...scopes: string[]
): Promise<MadeClient> =>
  (await operate<MadeClient>(house, "POST", "/clients", { name: scopes.join(" "), systems, scopes })).body
