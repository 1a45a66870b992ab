/** The ways of listening that have a stream, as one: so that what holds on one is tried on all. */
import { listenAfter, listenRawAfter, type Asking, type Told } from "./cursors.js"
import { openEventSource } from "./event-source.js"
import { systemId } from "./house.js"
import { versions, type Heard } from "./listeners.js"

export interface WayListening {
  readonly heard: Pick<Heard<Told>, "all" | "until" | "atLeast">
  close(): void
}

export interface Way {
  readonly name: string
  /** Begins to listen; `heard` has events and whatever else is told, in their order, each with its cursor. */
  connect(url: string, token: string, asking: Asking): Promise<WayListening>
}

const words = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

/** What is asked for, as it stands in a URL. */
function queryOf({ topics, after, every, filter, state }: Asking): string {
  const query = new URLSearchParams({ topics: topics.join(",") })
  const { devices, cloudNodes, holders } = (filter ?? {}) as Record<string, string[] | undefined>
  for (const [name, list] of Object.entries({ device: devices, cloudNode: cloudNodes, holder: holders }))
    if (list !== undefined) query.set(name, list.join(","))
  for (const [name, value] of Object.entries({ after, every, state }))
    if (value !== undefined) query.set(name, words(value))
  return query.toString()
}

/** As a page reads it that does not come back. */
async function stream(url: string, token: string, asking: Asking): Promise<WayListening> {
  const source = openEventSource(`${url}/${systemId}/stream?${queryOf(asking)}&token=${token}`)
  await source.opened.atLeast(1)
  const read = (): Told[] =>
    source.heard.all.map(({ event, data, id }) => ({ name: event, body: data as Told["body"], cursor: id }))
  const heard: WayListening["heard"] = {
    get all() {
      return read()
    },
    until: async (satisfied) => source.heard.until(() => satisfied(read())).then(read),
    atLeast: async (count) => source.heard.atLeast(count).then(read),
  }
  return { heard, close: () => source.close() }
}

export const ways: readonly Way[] = [
  ...versions.map((version) => ({
    name: `socket.io-client ${version}`,
    connect: (url: string, token: string, asking: Asking) =>
      listenAfter(url, token, { cursors: true, ...asking }, { version }),
  })),
  ...["", "EIO=4&"].map((query) => ({
    name: `a raw WebSocket of Engine.IO ${query === "" ? 3 : 4}`,
    connect: (url: string, token: string, asking: Asking) =>
      listenRawAfter(url, `${query}token=${token}`, { cursors: true, ...asking }),
  })),
  { name: "server-sent events", connect: stream },
]
