/** All hostile inputs that are played one after the other. */
import { bodyCases } from "./bodies.cases.js"
import type { Case } from "./case.js"
import { commandCases } from "./commands.cases.js"
import { httpCases } from "./http.cases.js"
import { messageCases } from "./messages.cases.js"
import { packetCases } from "./packets.cases.js"
import { pollingCases } from "./polling.cases.js"
import { reportCases } from "./reports.cases.js"
import { smugglingCases } from "./smuggling.cases.js"
import { tokenCases } from "./tokens.cases.js"
import { webSocketCases } from "./websocket.cases.js"

export const hostileInputs: readonly Case[] = [
  ...tokenCases,
  ...messageCases,
  ...packetCases,
  ...webSocketCases,
  ...pollingCases,
  ...bodyCases,
  ...reportCases,
  ...commandCases,
  ...httpCases,
  ...smugglingCases,
]
