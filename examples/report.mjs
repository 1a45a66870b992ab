/**
 * Reports that somebody went through a door, as a controller's connector would: reads over REST what there is, and
 * posts what happened over HTTP. Then it posts the same again, as after an answer that got lost: the positions are the
 * old ones, and nothing is heard twice.
 *
 *     node examples/report.mjs
 */
import { randomUUID } from "node:crypto"
import tokens from "./get-system-token.cjs"

const { getSystemToken, systemId, url } = tokens
const token = await getSystemToken()

async function ask(path, reports) {
  const response = await fetch(`${url}/${systemId}${path}`, {
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(reports && { method: "POST", body: JSON.stringify(reports) }),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

const [cloudNode] = await ask("/cloud-nodes")
const [door] = await ask(`/cloud-nodes/${cloudNode.id}/devices`)
const holder = (await ask("/holders")).find(({ enabled, credentials }) => enabled && credentials.length > 0)
const [{ id: credentialId, facilityCode, cardNumber }] = holder.credentials

/** `occurred` is the door's time, in milliseconds; the id is the reporter's choice, and stays when it sends again. */
const report = (topic, after, more) => ({
  id: randomUUID(),
  topic,
  occurred: Date.now() + after,
  body: { deviceId: door.id, ...more },
})

const entry = [
  report("device.request.allowed", 0, {
    holderId: holder.id,
    credentialId,
    requestFactor: "CARD_ONLY",
    facilityCode,
    cardNumber,
  }),
  report("device.input.relay.on", 20),
  report("device.input.dps.opened", 900),
  report("device.input.relay.off", 3000),
  report("device.input.dps.closed", 4100),
]

for (const time of ["first", "again"]) {
  const { accepted, refused } = await ask(`/cloud-nodes/${cloudNode.id}/reports`, entry)
  for (const each of [...accepted, ...refused]) console.log(JSON.stringify({ time, ...each }))
}
