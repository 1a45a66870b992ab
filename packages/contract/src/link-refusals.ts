/** What is refused of panels, and of cloud nodes on their links. */
import { entry, type RefusalEntry } from "./refusal-entry.js"

export const linkRefusals = {
  version_not_spoken: entry(
    400,
    "There is no version of the link that both sides speak.",
    "Speak one of the versions that the challenge names.",
  ),
  key_wrong: entry(
    401,
    "This serial number and this key do not belong together.",
    "Register the panel, and give the cloud node the key that is answered.",
  ),
  proof_late: entry(
    408,
    "The link has not proven its key in time.",
    "Answer the challenge with hello at once.",
  ),
  link_silent: entry(
    408,
    "Nothing was heard of the cloud node for too long.",
    "Connect again; answer the pings of the WebSocket.",
  ),
  link_replaced: entry(
    409,
    "Another link has proven the same key.",
    "See to it that one cloud node alone has this key; come back after a minute, not sooner.",
  ),
  message_malformed: entry(
    400,
    "This is no message of the link.",
    "Send one JSON object a text frame, as PROTOCOL.md has them.",
  ),
  message_unexpected: entry(
    400,
    "The message has no place here.",
    "Say hello once and first; keep a new key only when one was given.",
  ),
  credits_exceeded: entry(
    429,
    "There are more reports than credits; none of this run was kept.",
    "Connect again, count credits, and send it again.",
  ),
  answers_unread: entry(
    429,
    "Too many answers wait that the cloud node does not read.",
    "Connect again, read what is answered, and send again what was not acknowledged.",
  ),
  panel_unregistered: entry(
    403,
    "The cloud node's panel is registered no longer.",
    "Register it again, and give the cloud node the new key.",
  ),
  panel_registered: entry(
    409,
    "This cloud node has a panel already.",
    "Unregister that one first, or leave it as it is.",
  ),
  sync_unexpected: entry(
    400,
    "This is not the revision, or not the part, that the cloud node is being sent.",
    "Take parts in their order, and be synced when the last one was taken; come back to be sent it anew.",
  ),
  cloud_node_away: entry(
    503,
    "The cloud node has no link at this moment, so nothing was done.",
    "Try again when it is back: cloudnode.connected tells.",
  ),
  command_unanswered: entry(
    504,
    "The cloud node did not answer in time, or its link ended before that; it may have done it, and never does it later than five seconds after it was told.",
    "See in the device's events whether it was done, before sending it again.",
  ),
  command_refused: entry(
    409,
    "The cloud node refused the command.",
    "The message says why; nothing was done.",
  ),
  command_not_spoken: entry(
    409,
    "The cloud node speaks a version of the link that has no commands, so nothing was done.",
    "Update the cloud node: it is to speak version 2 of the link.",
  ),
  too_many_commands: entry(
    429,
    "Too many commands to this cloud node are not answered yet; this one was not sent.",
    "Wait for as many seconds as Retry-After says.",
  ),
  panel_unknown: entry(404, "This cloud node has no panel.", "Register one."),
} as const satisfies Record<string, RefusalEntry>
