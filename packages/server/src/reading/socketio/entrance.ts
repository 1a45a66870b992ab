/** Meets whoever asks for a connection, before Engine.IO does. It must not know how a refusal is said. PROTOCOL §13. */
import type { IncomingMessage } from "node:http"
import { isRefusal } from "@doorstream/contract"
import type { Later, Places } from "../../core/allowance.js"
import type { Reading } from "../reading.js"
import type { Admission } from "./admission.js"

/** Seconds after which what a fault has kept out may try again. */
const afterFault = 5

/** Judges the token in the URL, and takes a place for its API client. The verdict on a bad token is said later. */
export async function meet(
  request: IncomingMessage,
  admission: Admission,
  places: Places,
  fault: Reading["fault"],
): Promise<Later | undefined> {
  try {
    await admission.meetHandshake(request)
  } catch (error) {
    fault(error, "verifying a handshake")
    return { code: "fault", retryAfter: afterFault }
  }
  const verdict = admission.verdictOn(request)
  return verdict === undefined || isRefusal(verdict)
    ? undefined
    : places.takeAs(request, verdict.token.clientId)
}
