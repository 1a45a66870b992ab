/**
 * What it is to 1,000 listeners and the server when the tokens of all lapse at the same moment under load: that all are
 * renewed and nothing is lost, and how late the latest event is. `npm run bench:lapse`, `-- short` to try it
 */
import { once } from "node:events"
import { setTimeout as pause } from "node:timers/promises"
import { WebSocket } from "ws"
import {
  isShort,
  nextNumber,
  numberOf,
  percentile,
  requestToken,
  start,
  topic,
  whenPosted,
  type Subject,
} from "./subject.js"

const [listeners, lifetime, perSecond] = isShort ? [200, 8, 10] : [1000, 30, 10]

/** A listener that renews its token when it is told to, each time with one of its own. */
interface Renewing {
  readonly heard: number[]
  renewals: number
  /** When it had its first new token. */
  renewedAt: number
  close(): void
}

/** What every event took that came while `isLapsing`, and before. */
interface Taken {
  readonly calm: number[]
  readonly lapsing: number[]
  isLapsing: boolean
}

let askedAgain = 0

/** As an application does whose request breaks off: a connection that was kept may end at the moment it is used. */
async function requestUntilHad(url: string): Promise<string> {
  for (;;) {
    const token = await requestToken(url).catch(() => undefined)
    if (token !== undefined) return token
    askedAgain += 1
    await pause(20)
  }
}

async function listen({ url }: Subject, token: string, taken: Taken): Promise<Renewing> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?token=${token}&transport=websocket`)
  const listener: Renewing = { heard: [], renewals: 0, renewedAt: NaN, close: () => socket.terminate() }
  let isRenewing = false
  const renew = async (): Promise<void> => {
    if (isRenewing) return
    isRenewing = true
    taken.isLapsing = true
    socket.send(`42${JSON.stringify(["renewedToken", { token: await requestUntilHad(url) }])}`)
    if (listener.renewals === 0) listener.renewedAt = performance.now()
    listener.renewals += 1
    isRenewing = false
  }
  await once(socket, "open")
  const subscribed = new Promise<void>((resolve) =>
    socket.on("message", (data: Buffer) => {
      const frame = data.toString()
      if (frame.startsWith("431")) resolve()
      if (frame.startsWith('42["invalidToken"')) void renew()
      if (!frame.startsWith(`42["${topic}"`)) return
      const number = numberOf(Number(/"occurred":(\d+)/.exec(frame)![1]))
      listener.heard.push(number)
      ;(taken.isLapsing ? taken.lapsing : taken.calm).push(performance.now() - whenPosted(number))
    }),
  )
  socket.send(`421${JSON.stringify(["subscribeIsolated", { topics: [topic] }])}`)
  await subscribed
  return listener
}

/** As many at a time as the server answers. */
async function inTurns<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  let next = 0
  const some = async (): Promise<void> => {
    while (next < count) {
      const index = (next += 1) - 1
      made[index] = await make(index)
    }
  }
  await Promise.all(Array.from({ length: 16 }, some))
  return made
}

/** Events at a pace for so many seconds; the numbers that they have. */
async function post(subject: Subject, seconds: number): Promise<readonly number[]> {
  const numbers: number[] = []
  const begun = performance.now()
  for (let sent = 0; sent < seconds * perSecond; sent += 1) {
    await pause(Math.max(0, begun + (sent * 1000) / perSecond - performance.now()))
    numbers.push(nextNumber())
    if (sent % perSecond === 0) await subject.renew()
    await subject.post(1)
  }
  return numbers
}

const subject = await start("doorstream", "doorstream.child.ts", [String(lifetime)])
const taken: Taken = { calm: [], lapsing: [], isLapsing: false }
const begun = performance.now()
const tokens = await subject.issue(listeners)
const crowd = await inTurns(listeners, (index) => listen(subject, tokens[index]!, taken))
const left = lifetime - (performance.now() - begun) / 1000
const numbers = await post(subject, left + lifetime / 3)
while (crowd.some(({ heard }) => heard.at(-1) !== numbers.at(-1))) await pause(20)

/** When a token expires, in seconds since 1970: all of them lapse in one second, or the numbers are of something else. */
const expiryOf = (token: string): number =>
  (JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { exp: number }).exp
const seconds = new Set(tokens.map(expiryOf)).size

const sum = (of: (each: Renewing) => number): number => crowd.reduce((all, each) => all + of(each), 0)
const lost = sum(({ heard }) => numbers.filter((number) => !heard.includes(number)).length)
const doubled = sum(({ heard }) => heard.length - new Set(heard).size)
const renewed = crowd.filter(({ renewals }) => renewals > 0).length
const whenRenewed = crowd.map(({ renewedAt }) => renewedAt)
const renewing = (Math.max(...whenRenewed) - Math.min(...whenRenewed)) / 1000
const [calm, lapsing] = [percentile(taken.calm, 0.99), percentile(taken.lapsing, 0.99)]
console.log(
  `${listeners} tokens of ${lifetime} s that lapse in ${seconds} second${seconds === 1 ? "" : "s"}, ` +
    `${askedAgain} requests asked again; ${perSecond} events/s; Node ${process.version}\n`,
)
console.log(
  "| tokens renewed | lost | doubled | renewed within | p99 before, ms | p99 from the lapse on, ms | ratio | worst event, ms |",
)
console.log("|---|---|---|---|---|---|---|---|")
console.log(
  `| ${renewed} of ${listeners} | ${lost} | ${doubled} | ${renewing.toFixed(1)} s | ${calm.toFixed(1)} | ${lapsing.toFixed(1)} ` +
    `| ${(lapsing / calm).toFixed(2)} | ${percentile(taken.lapsing, 1).toFixed(1)} |`,
)
for (const { close } of crowd) close()
subject.end()
