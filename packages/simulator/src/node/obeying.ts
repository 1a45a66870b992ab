/** Does a command at most once and never late, and says why where it does not. It must not know what commands do. */
import type { CommandObjection, NodeCommand, ServerMessage } from "@doorstream/contract"
import { isLate, type CommandBook } from "./command-book.js"

export type Given = Extract<ServerMessage, { type: "command" }>

/** Why it was not done; undefined where it was. */
export type CommandAnswer = { readonly code: CommandObjection; readonly message?: string } | undefined

type Do = (command: NodeCommand, isLate: () => boolean) => Promise<CommandAnswer>

/** @param now the server's time, in milliseconds since 1970 */
export async function obeyOnce(
  given: Given,
  book: CommandBook,
  now: () => number,
  act: Do = async () => ({ code: "not_possible", message: "It obeys no commands." }),
): Promise<CommandAnswer> {
  const objection = book.write(given, now())
  if (objection === "too many") return { code: "not_possible", message: "It has too many commands at once." }
  if (objection !== undefined) return { code: objection }
  const { type: _, id: __, expires: ___, ...command } = given
  return act(command, () => isLate(given, now()))
}
