/** What the demo prints when it runs: all that is needed for the first event. */
import { demoSystemId } from "../demo-account.js"
import { styled } from "../say.js"
import type { Settings } from "../settings.js"
import { version } from "../version.js"

interface Welcome {
  readonly url: string
  /** The address is the one that the command looks for when it is told none. */
  readonly isUsual: boolean
  /** How many events the log has kept from before. */
  readonly kept: number
  readonly settings: Settings
}

const snippet = (url: string, tokenLine: string): string => `const io = require("socket.io-client")
const getSystemToken = () => require("child_process").execSync("${tokenLine}", { encoding: "utf8" }).trim()
const socket = io(\`${url.replace(/^http/, "ws")}?systemId=${demoSystemId}&token=\${getSystemToken()}\`)

socket.on("connect", () => {
  socket.emit("subscribeIsolated", {
    topics: ["device.request.allowed", "device.request.denied", "device.request.unknown"]
  })
})
socket.on("device.request.allowed", (event) => {
  console.log(event)
})
socket.on("invalidToken", async (event) => {
  const systemToken = await getSystemToken()
  socket.emit("renewedToken", { token: systemToken })
})`

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, "    ")

export function welcome({ url, isUsual, kept, settings }: Welcome): string {
  const at = isUsual ? "" : `DOORSTREAM_URL=${url} `
  const token = `${at}npx doorstream token`
  return `
${styled("bold", `Doorstream ${version}`)}, with a virtual building: one cloud node, four doors, ten holders.

  address   ${styled("cyan", url)}
  system    ${demoSystemId}
  log       ${settings.DOORSTREAM_DATA}, ${kept === 0 ? "new" : `${kept.toLocaleString("en")} events kept`}

A system token, which lives ${settings.DOORSTREAM_SYSTEM_TOKEN_TTL} seconds:

    ${token}

See what happens at the doors, in another terminal:

    ${at}npx doorstream listen --pretty

Make something happen at a door, now:

    ${at}npx doorstream trigger device.alarm.forced --door "Front Door"

Or as the specification shows it; start ${styled("bold", "node")} in this folder and paste:

${indent(snippet(url, token))}

Ctrl-C ends it. What was logged is kept.
`
}
