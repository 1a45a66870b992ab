/** The refusals of listeners with a name: what cannot be called so, and what becomes of two of one name. */
import { entry, type RefusalEntry } from "./refusal-entry.js"

export const nameRefusals = {
  listener_name_invalid: entry(
    422,
    "A listener's name is 1 to 64 of the characters A-Z, a-z, 0-9, dot, underscore and hyphen.",
    "Choose such a name, or leave listener out.",
  ),
  listener_taken_over: entry(
    409,
    "A newer connection has this listener's name, and goes on in its place.",
    "Give each listener a name of its own.",
  ),
  too_many_listeners: entry(
    429,
    "This API client has too many named listeners in this system.",
    "Use the same names again, and let the operator forget those that nobody uses.",
  ),
  listener_unknown: entry(
    404,
    "There is no listener of this name.",
    "Read GET /named-listeners; those that were not there for long are forgotten.",
  ),
  listener_connected: entry(
    409,
    "This listener is connected.",
    "End the application that has the name, then forget it.",
  ),
  listener_required: entry(
    409,
    "This listener must hear, so it is not forgotten.",
    "If nobody needs it any more: doorstream listener unrequire, then forget it.",
  ),
} as const satisfies Record<string, RefusalEntry>
