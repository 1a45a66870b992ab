/**
 * Takes the code samples out of the specification's text, in which prose and code follow each other without any mark.
 * It must not know what they do.
 */
import { Script } from "node:vm"

export interface Samples {
  /** For the official Socket.IO client. */
  readonly socketIo: string
  /** For a plain WebSocket library. */
  readonly webSocket: string
}

/** How a line looks that begins a statement of a sample. */
const statementBeginning = /^(const (io|WebSocket|socket) =|setInterval\(|socket\.on\()/

/** Whether reading a text succeeds. */
const canBe = (read: (text: string) => unknown, text: string): boolean => {
  try {
    read(text)
    return true
  } catch {
    return false
  }
}

const isStatement = (text: string): boolean => canBe((code) => new Script(code), text)
const isJson = (text: string): boolean => canBe(JSON.parse, text)

/** What begins in a line: as many lines as it takes until they are whole. */
function wholeAt(lines: readonly string[], from: number, isWhole: (text: string) => boolean): string {
  for (let to = from + 1; to <= lines.length; to += 1) {
    const text = lines.slice(from, to).join("\n")
    if (isWhole(text)) return text
  }
  throw new Error(`What begins in line ${from + 1} never ends: ${lines[from]}`)
}

/** Everything that begins with such a line, in the order of the text. */
function findAll(text: string, beginning: RegExp, isWhole: (text: string) => boolean): string[] {
  const lines = text.split(/\r?\n/)
  const found: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    if (!beginning.test(lines[at]!)) continue
    const whole = wholeAt(lines, at, isWhole)
    found.push(whole)
    at += whole.split("\n").length - 1
  }
  return found
}

/**
 * Both sets of samples. The text shows each step for Socket.IO first and then for the plain library: what each
 * connects with tells whose it is, and what they listen to takes turns.
 *
 * @throws Error where a sample has no end, or one of the sets is empty
 */
export function extractSamples(text: string): Samples {
  const sets: { socketIo: string[]; webSocket: string[] } = { socketIo: [], webSocket: [] }
  let whose: keyof Samples = "webSocket"
  for (const statement of findAll(text, statementBeginning, isStatement)) {
    if (statement.startsWith("const io")) whose = "socketIo"
    else if (statement.startsWith("const WebSocket")) whose = "webSocket"
    else if (statement.startsWith("socket.on(")) whose = whose === "webSocket" ? "socketIo" : "webSocket"
    sets[whose].push(statement)
  }
  if (sets.socketIo.length === 0 || sets.webSocket.length === 0)
    throw new Error("The text has no samples of one kind.")
  return { socketIo: sets.socketIo.join("\n"), webSocket: sets.webSocket.join("\n") }
}

/** The first example of an event with this topic, which stands in the text as JSON. */
export function extractEvent(text: string, topic: string): Record<string, unknown> {
  const events = findAll(text, /^\{$/, isJson).map((json) => JSON.parse(json) as Record<string, unknown>)
  const event = events.find((each) => each["topic"] === topic)
  if (event === undefined) throw new Error(`The text has no event of ${topic}.`)
  return event
}
