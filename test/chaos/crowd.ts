/** A crowd of listeners of all kinds, in turn, each with topics of its own. It must not know what befalls them. */
import type { Chance } from "../../packages/simulator/src/building/chance.js"
import { listenByPull, listenBySse } from "./by-http.js"
import { listenByFunctions, listenByLoop } from "./by-sdk.js"
import { listenBySocketIo } from "./by-socketio.js"
import { listenByWebSocket } from "./by-websocket.js"
import type { Calling, Listener } from "./listener.js"
import { topics, type Victim } from "./victim.js"

type Listen = (calling: Calling) => Listener

const both = ["polling", "websocket"]

/** Ways of listening that know cursors, and names. */
const transports: readonly Listen[] = [
  (calling) => listenBySocketIo(calling, "2.5", ["websocket"]),
  (calling) => listenBySocketIo(calling, "2.5", both),
  (calling) => listenBySocketIo(calling, "3.1", ["websocket"]),
  (calling) => listenBySocketIo(calling, "3.1", both),
  (calling) => listenBySocketIo(calling, "4.8", ["websocket"]),
  (calling) => listenBySocketIo(calling, "4.8", both),
  (calling) => listenBySocketIo(calling, "2.5", ["polling"]),
  (calling) => listenBySocketIo(calling, "4.8", ["polling"]),
  (calling) => listenByWebSocket(calling, 3),
  (calling) => listenByWebSocket(calling, 4),
]

type Way = readonly [Calling["keeps"], Listen]
const keeping = (keeps: Calling["keeps"], all: readonly Listen[]): readonly Way[] =>
  all.map((listen) => [keeps, listen])

/** Every way of listening that loses nothing. */
export const safeWays: readonly Way[] = [
  ...keeping("cursors", [...transports, listenBySse, listenByPull, listenByLoop, listenByFunctions]),
  ...keeping("name", transports),
]

/** The ways of the specification, for comparison: what is missed is gone. */
export const plainWays: readonly Way[] = keeping("nothing", transports)

/** What some of the topics are; the rest is heard by others. */
const choices: readonly (readonly string[])[] = [topics, [topics[1]], [topics[0], topics[2]], [topics[3]]]

/** Gathers a crowd, and resolves when everybody has subscribed. */
export async function gather(
  size: number,
  ways: readonly Way[],
  { victim, url, chance }: { victim: Victim; url: string; chance: Chance },
): Promise<readonly Listener[]> {
  const called = Array.from({ length: size }, async (_, index) => {
    const tokens = victim.tokens()
    await tokens.fresh()
    const [keeps, listen] = ways[index % ways.length]!
    const own = choices[Math.floor(index / ways.length) % choices.length]!
    const away = (): number => chance.between(20, 300)
    const wantsPosition = Math.floor(index / ways.length) % 2 === 0
    return listen({ url, topics: own, keeps, name: `wall-${index}`, wantsPosition, tokens, away })
  })
  const crowd = await Promise.all(called)
  await Promise.all(crowd.map(({ ear }) => ear.begun))
  return crowd
}
