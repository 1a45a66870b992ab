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
const alarms = new Alarms(Number(process.argv[2] ?? 20) * 1000)
const say = (line) => line && console.log(`${new Date().toTimeString().slice(0, 8)}  ${line}`)

const socket = io(url, {
  auth: (give) => {
    const cut = (error) => {
      console.error(error.message)
      socket.io.engine.close() // The library tries again after a while.
    }
    getSystemToken().then((token) => give({ systemId, token }), cut)
  },
})

socket.on("connect", () => {
  socket.emit("subscribeIsolated", { topics }, () => console.log("The desk is manned."))
})
for (const topic of topics) socket.on(topic, (event) => say(alarms.hear(topic, event, Date.now())))

// Comes in the place of an alarm that met a lapsed token. What was missed follows the renewal: no alarm is lost.
socket.on("invalidToken", () => {
  getSystemToken().then((token) => socket.emit("renewedToken", { token }), console.error)
})

const looking = setInterval(() => alarms.overdue(Date.now()).forEach(say), 500)

/** Somebody was there, and says so: the command goes to the door's cloud node, and comes back as an event. */
async function clear(name) {
  const device = alarms.find(name)
  if (device === undefined) return say(`There is no alarm at "${name}".`)
  const headers = { Authorization: `Bearer ${await getSystemToken()}` }
  const nodes = await (await fetch(`${url}/${systemId}/cloud-nodes?per_page=100`, { headers })).json()
  for (const node of nodes) {
    const door = `${url}/${systemId}/cloud-nodes/${node.id}/devices/${device.id}`
    if (!(await fetch(door, { headers })).ok) continue
    const answer = await fetch(`${door}/clear-alarm`, { method: "POST", headers })
    // 204: the cloud node has done it. Anything else says what is wrong, and what to do.
    if (!answer.ok) say(`not cleared: ${(await answer.json()).message}`)
  }
}

const keyboard = createInterface({ input: process.stdin })
keyboard.on("line", (line) => clear(line.trim()).catch((error) => console.error(error.message)))

process.once("SIGINT", () => {
  clearInterval(looking)
  keyboard.close()
  socket.close()
})
