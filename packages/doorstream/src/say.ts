/** How the command speaks to a person: results on stdout, everything else on stderr. It must not know any command. */
import { styleText } from "node:util"

/** Something the user can mend; said in words, without a stack trace. */
export class Plight extends Error {}

type Style = Parameters<typeof styleText>[0]

/** Colours only a terminal, and not where NO_COLOR asks for none. */
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  stream.isTTY && !process.env["NO_COLOR"] ? styleText(style, text) : text

export const say = (text: string): void => void process.stdout.write(`${text}\n`)

export const remark = (text: string): void => void process.stderr.write(`${text}\n`)

/** Says a list: an object a line for programs, or the lines that are made for a person. */
export function sayList(
  list: readonly object[],
  json: true | undefined,
  lines: () => readonly string[],
): void {
  if (json) for (const each of list) say(JSON.stringify(each))
  else if (list.length > 0) for (const line of lines()) say(line)
}

/** Calls `end` when the reader of our output has gone, as with `| head`. */
export function whenReaderGoes(end: () => void): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error
    end()
  })
}
