/** The refusals of whoever looks into a system's past: what is not to be found there, and what a replay does not do. */
import { entry, type RefusalEntry } from "./refusal-entry.js"

export const pastRefusals = {
  replay_only: entry(
    409,
    "This server replays the past: it is heard and read, and nothing is changed, reported or commanded.",
    "Ask the server that the past is from.",
  ),
  event_unknown: entry(
    404,
    "The log has no event and no report with this id.",
    "Check the id; what is older than the log keeps cannot be found.",
  ),
  event_gone: entry(
    410,
    "The event at this cursor is kept no longer.",
    "Keep more: DOORSTREAM_RETENTION_AGE and its like.",
  ),
  cursor_of_another_log: entry(
    409,
    "This cursor is of another log than the one that this system has now.",
    "Name the system that it is of; cursors from before a log was restored or wiped say nothing of this one.",
  ),
} as const satisfies Record<string, RefusalEntry>
