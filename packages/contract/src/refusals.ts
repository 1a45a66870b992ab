/**
 * Every refusal: what somebody asked for that cannot be. Listed once, with the HTTP status, what it means and what to
 * do. PROTOCOL.md's table is held to this one by a test.
 */

import { linkRefusals } from "./link-refusals.js"
import { listeningRefusals } from "./listening-refusals.js"
import { nameRefusals } from "./name-refusals.js"
import { pastRefusals } from "./past-refusals.js"
import { entry, type RefusalEntry } from "./refusal-entry.js"
import { tokenRefusals } from "./token-refusals.js"

export const refusals = {
  ...tokenRefusals,
  // Changing the registry
  external_id_taken: entry(
    409,
    "Another object of this kind has this externalId.",
    "Choose another, or change the object that has it.",
  ),
  serial_number_taken: entry(
    409,
    "Another cloud node has this serial number.",
    "Check the number on the panel, or remove the other cloud node first.",
  ),
  reference_unknown: entry(
    422,
    "What is named here is not there.",
    "Name an object of this system that is there, or make it first.",
  ),
  object_invalid: entry(422, "The object is not as it must be.", "Mend the fields that are named."),
  object_unknown: entry(
    404,
    "There is no such object here.",
    "Check the id or externalId, or read the list that it would stand in.",
  ),
  precondition_failed: entry(
    412,
    "The object is no longer as If-Match has it; nothing was changed.",
    "Read it again, and repeat the change with its ETag.",
  ),
  building_invalid: entry(
    422,
    "The file of the building is not as it must be; nothing was changed.",
    "Mend what is named.",
  ),
  removal_unconfirmed: entry(
    409,
    "The file does not name all that is there; nothing was changed.",
    "Look at what it removes, and confirm that: --yes, or mayRemove.",
  ),
  ...listeningRefusals,
  // Reports
  json_malformed: entry(400, "The body is not JSON.", "Send one JSON value in UTF-8."),
  json_too_deep: entry(
    400,
    "The body is nested more than 64 deep.",
    "Send {id, topic, occurred, body}, or an array of those.",
  ),
  body_encoded: entry(
    415,
    "The body is compressed or otherwise encoded.",
    "Send it as it is, without Content-Encoding.",
  ),
  report_invalid: entry(
    400,
    "This is not a report.",
    "Send {id, topic, occurred, body}, or an array of those.",
  ),
  report_id_invalid: entry(
    422,
    "A report's id is text of 1 to 128 characters.",
    "Give each report an id of your own, and keep it when you send again.",
  ),
  topic_not_reportable: entry(
    422,
    "The server raises this topic itself.",
    "Report device.* and endpoint.* only.",
  ),
  occurred_invalid: entry(
    422,
    "occurred is a whole number of milliseconds since 1970, from 0 to 8.64e15.",
    "Send the time as such a number.",
  ),
  body_invalid: entry(
    422,
    "The report's body is not what its topic asks for.",
    "Mend the field that is named.",
  ),
  device_unknown: entry(
    422,
    "This cloud node has no such device.",
    "Read GET /{systemId}/cloud-nodes/{id}/devices.",
  ),
  connection_unknown: entry(
    422,
    "This cloud node has no such connection.",
    "Use the id of a connection of this cloud node.",
  ),
  holder_unknown: entry(422, "There is no such holder in this system.", "Read GET /{systemId}/holders."),
  holder_required: entry(
    422,
    "Nothing here tells who asked.",
    "Name the holder by holderId, or by a credentialId or card that the registry knows; else report device.request.unknown.",
  ),
  cloud_node_unknown: entry(
    404,
    "There is no such cloud node in this system.",
    "Read GET /{systemId}/cloud-nodes.",
  ),
  batch_too_large: entry(
    413,
    "There are more reports in one request than it may hold.",
    "Send them in smaller batches.",
  ),
  body_too_large: entry(413, "The body is larger than is read.", "Send less at once."),
  ...linkRefusals,
  ...nameRefusals,
  ...pastRefusals,
  // The operator
  client_unknown: entry(404, "There is no such API client.", "Check the client's id."),
  dead_letter_unknown: entry(
    404,
    "There is no such dead letter in this system.",
    "Read GET /systems/{systemId}/dead-letters; the oldest go when there are too many.",
  ),
  dead_letter_empty: entry(
    409,
    "The report of this dead letter is not kept.",
    "Let its cloud node send it again, or drop the letter.",
  ),
  not_confirmed: entry(
    409,
    "What cannot be taken back must be confirmed by name.",
    "Say the name exactly as it is.",
  ),
  server_needed: entry(
    409,
    "Only a running server can do this, and none runs on the data folder.",
    "Start the server, and ask again.",
  ),
  // Requests
  request_invalid: entry(
    400,
    "A value in the request is not as it must be.",
    "Mend the value that is named.",
  ),
  not_found: entry(404, "There is nothing here.", "Check the path."),
  method_not_allowed: entry(
    405,
    "This path does not know that method.",
    "Use the method that the documentation names.",
  ),
  host_not_allowed: entry(
    421,
    "This address answers only names of this machine.",
    "Use localhost or 127.0.0.1. From other machines: run doorstream serve instead of the demo; reach the operator port through a tunnel.",
  ),
  // Limits
  too_many_requests: entry(
    429,
    "There are too many requests from this address or of this API client.",
    "Wait for as many seconds as Retry-After says; send reports in batches.",
  ),
  too_many_tokens: entry(
    429,
    "Tokens are requested too often.",
    "Wait for as many seconds as Retry-After says; use each token for as long as it lives.",
  ),
  too_many_connections: entry(
    429,
    "There are too many connections from this address or of this API client.",
    "Wait for as many seconds as Retry-After says, or close connections that are not needed.",
  ),
  server_full: entry(
    503,
    "The server has as many connections as it may have.",
    "Wait for as many seconds as Retry-After says; the operator may raise DOORSTREAM_CONNECTIONS.",
  ),
  origin_not_allowed: entry(
    403,
    "Pages of this origin may not use the server.",
    "Ask the operator to add the origin to DOORSTREAM_ORIGINS.",
  ),
  // The server itself
  draining: entry(503, "The server is about to stop.", "Try again in a moment."),
  fault: entry(
    500,
    "Something went wrong in the server; its log says what.",
    "Try again; nothing that was acknowledged is lost.",
  ),
  storage_fault: entry(
    503,
    "The log could not be written; nothing of this request was kept.",
    "Send it again with the same ids.",
  ),
  storage_full: entry(
    503,
    "The disk is full up to its reserve; nothing of this request was kept.",
    "Keep it, and send it again with the same ids in a while.",
  ),
} as const satisfies Record<string, RefusalEntry>

export type RefusalCode = keyof typeof refusals

/** A refusal as it is said: over HTTP, in `connect_error`, in acknowledgements. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
}

/**
 * Words a refusal.
 *
 * @param detail what is particular about this one; never a token or another secret
 * @example refuse("body_invalid", "deviceId is missing.").message // "The report's body … deviceId is missing. Mend …"
 */
export function refuse(code: RefusalCode, detail?: string): Refusal {
  const { means, remedy } = refusals[code]
  return { code, message: [means, detail, remedy].filter((part) => part !== undefined).join(" ") }
}

export const isRefusal = (value: object): value is Refusal =>
  "code" in value && typeof value.code === "string" && Object.hasOwn(refusals, value.code)
