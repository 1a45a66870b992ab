/** Listeners under the hostile network over plain HTTP: server-sent events, and pull. Both keep a cursor themselves. */
import { setTimeout as pause } from "node:timers/promises"
import { systemId } from "../support/house.js"
import { Ear, type Calling, type Event, type Listener } from "./listener.js"

/** Goes on with `connect` until it is closed; what it throws is a connection that broke. */
function listenAgainAndAgain(
  kind: string,
  ear: Ear,
  connect: (leave: AbortSignal) => Promise<void>,
): Listener {
  const leaving = new AbortController()
  void (async () => {
    while (!leaving.signal.aborted) {
      try {
        ear.connect()
        await connect(leaving.signal)
      } catch (error) {
        if (!isBroken(error)) throw error
        await pause(ear.calling.away())
      }
    }
  })()
  return { kind, ear, close: () => leaving.abort() }
}

/** Whether a connection broke: fetch says so by a TypeError, a body that was torn is no JSON, and one may have left. */
const isBroken = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof SyntaxError || (error as Error).name === "AbortError"

function at({ url, topics }: Calling, path: string, more: Record<string, string>): string {
  const words = "every" in more ? [...topics, "stream.position"] : topics
  return `${url}/${systemId}/${path}?${new URLSearchParams({ topics: words.join(), ...more }).toString()}`
}

interface Row {
  readonly cursor: string
  readonly topic: string
  readonly event: Event
}

/** Server-sent events, read by hand: the last id is where reading goes on. */
export function listenBySse(calling: Calling): Listener {
  const ear = new Ear(calling)
  const take = async (lines: readonly string[]): Promise<void> => {
    const fields = new Map(lines.map((line) => [/^\w*/.exec(line)![0], line.replace(/^\w*: ?/, "")]))
    const name = fields.get("event")
    if (name === "invalidToken") {
      await calling.tokens.fresh()
      throw new TypeError("It comes again with a fresh token.")
    }
    if (name !== undefined && calling.topics.includes(name))
      ear.hear(name, JSON.parse(fields.get("data")!) as Event, fields.get("id"))
    else if (name === "stream.position")
      ear.hearPosition(JSON.parse(fields.get("data")!) as { cursor: string })
    else if (name !== undefined && fields.has("data")) ear.trouble(lines.join(" "))
  }
  return listenAgainAndAgain("SSE", ear, async (signal) => {
    const headers = ear.cursor === undefined ? undefined : { "Last-Event-ID": ear.cursor }
    const position = calling.wantsPosition ? { every: "250" } : {}
    const answer = await fetch(
      at(calling, "stream", { ...position, after: "earliest", token: calling.tokens.last() }),
      {
        signal,
        ...(headers && { headers }),
      },
    )
    if (!answer.ok || answer.body === null) return refused(ear, answer)
    ear.begin()
    let text = ""
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      const events = (text + piece).split("\n\n")
      text = events.pop()!
      for (const event of events) await take(event.split("\n"))
    }
    throw new TypeError("It has ended.")
  })
}

/** Pull: asks, waits for what there is, and asks again after it. */
export function listenByPull(calling: Calling): Listener {
  const ear = new Ear(calling)
  return listenAgainAndAgain("pull", ear, async (signal) => {
    const headers = { Authorization: `Bearer ${calling.tokens.last()}` }
    const answer = await fetch(at(calling, "events", { after: ear.after, wait: "3", limit: "50" }), {
      signal,
      headers,
    })
    if (!answer.ok) return refused(ear, answer)
    const { events, cursor } = (await answer.json()) as { events: readonly Row[]; cursor: string }
    ear.begin()
    for (const row of events) ear.hear(row.topic, row.event, row.cursor)
    ear.cursor = cursor
  })
}

/** A token that lapsed is renewed; what will pass, passes; all else is a trouble. */
async function refused(ear: Ear, answer: Response): Promise<void> {
  const text = await answer.text()
  if (answer.status === 401) await ear.calling.tokens.fresh()
  else if (answer.status !== 503) ear.trouble(`${answer.status} ${text}`)
  throw new TypeError("It comes again.")
}
