/**
 * An alarm desk: says which doors are forced or held open, calls for help where that lasts, and clears a door's alarm
 * where its name is typed.
 *
 *     node examples/alarm-desk/desk.mjs [seconds of patience]
 */
import { createInterface } from "node:readline"
import { io } from "socket.io-client"
import tokens from "../get-system-token.cjs"
import { Alarms, topics } from "./alarms.mjs"

const { getSystemToken, systemId, url } = tokens
const alarms = new Alarms(Number(process.argv[2] ?? 10) * 1000)
const say = (line) => line && console.log(`${new Date().toTimeString().slice(0, 8)}  ${line}`)
const complain = (error) => console.error(error.message)

const token = await getSystemToken().catch((error) => {
  complain(error)
  process.exit(1)
})
const socket = io(`${url.replace(/^http/, "ws")}?systemId=${systemId}&token=${token}`)

let deafSince
socket.on("disconnect", () => {
  deafSince = Date.now()
  say("DEAF     There is no connection.")
})
socket.on("connect", () => {
  const deaf = deafSince && Math.round((Date.now() - deafSince) / 1000)
  const doors = alarms.open().map(({ device }) => device.name)
  const about = doors.length > 0 ? `, and look after ${doors.join(", ")}` : ""
  // The acknowledgement is Doorstream's own: it says from when on nothing is missed.
  socket.emit("subscribeIsolated", { topics }, () =>
    say(`The desk is manned.${deaf ? ` Nobody listened for ${deaf} s: ask what happened${about}.` : ""}`),
  )
})

for (const topic of topics) socket.on(topic, (event) => say(alarms.hear(topic, event, Date.now())))

// Comes in the place of an alarm that met a lapsed token. What was missed follows the renewal: no alarm is lost.
socket.on("invalidToken", () => {
  getSystemToken().then((fresh) => socket.emit("renewedToken", { token: fresh }), complain)
})

const looking = setInterval(() => alarms.overdue(Date.now()).forEach(say), 500)

/** Somebody was there, and says so: the command goes to the door's cloud node, and comes back as an event. */
async function clear(name) {
  const alarm = alarms.open().find(({ what, device }) => what === "forced" && device.name === name)
  if (alarm === undefined)
    return say(`No alarm to clear at "${name}". One that is propped ends when it is closed.`)
  const device = `${url}/${systemId}/cloud-nodes/${alarm.cloudNode.id}/devices/${alarm.device.id}`
  const headers = { Authorization: `Bearer ${await getSystemToken()}` }
  const answer = await fetch(`${device}/clear-alarm`, { method: "POST", headers })
  // 204: the cloud node has done it. Anything else says what is wrong, and what to do.
  if (answer.status !== 204) say(`not cleared: ${(await answer.json()).message}`)
}

const keyboard = createInterface({ input: process.stdin })
keyboard.on("line", (name) => void clear(name.trim()).catch(complain))

function end() {
  clearInterval(looking)
  keyboard.close()
  socket.off("disconnect").close()
}
process.once("SIGINT", end)

// What will not pass by trying again has a code.
socket.on("connect_error", ({ data }) => {
  if (data?.code === undefined) return
  console.error(`${data.code}: ${data.message}`)
  process.exitCode = 1
  end()
})
