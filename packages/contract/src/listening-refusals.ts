/** The refusals of listeners: what cannot be subscribed, and where reading cannot begin. */
import { entry, type RefusalEntry } from "./refusal-entry.js"

export const listeningRefusals = {
  subscription_invalid: entry(
    400,
    "This is not a list of topics.",
    'Send {"topics": ["device.request.allowed", …]}.',
  ),
  topic_not_text: entry(422, "A topic is text.", "Send each topic as a string."),
  topic_unknown: entry(
    422,
    "There is no such topic.",
    "Choose from the topics in PROTOCOL.md; device.* and * are understood.",
  ),
  topic_not_granted: entry(
    403,
    "The token is not good for this topic.",
    "Choose from the topics that it is limited to, or ask the operator for more.",
  ),
  too_many_topics: entry(
    422,
    "There are too many topics in one message.",
    "Send them in several messages, or use device.* and *.",
  ),
  after_invalid: entry(
    422,
    "This is nothing that reading could begin after.",
    'Send a cursor as it came, "earliest", {"time": milliseconds since 1970} or {"last": 1 to 10000}; in a URL time:… or last:….',
  ),
  cursor_malformed: entry(
    422,
    "This is not a cursor.",
    "Send the cursor exactly as it came, whole and unchanged.",
  ),
  cursor_ahead: entry(
    409,
    "The log has not come as far as this cursor.",
    "Send the cursor exactly as it came, or begin anew without one.",
  ),
  already_reading: entry(
    409,
    "This connection reads already; where reading begins and what it is filtered by are told once, with its first topics.",
    "Subscribe without after, state and another filter, or connect anew.",
  ),
  filter_invalid: entry(
    422,
    "This is not a filter.",
    'Send {"devices": […], "cloudNodes": […], "holders": […]}, each a list of ids or externalIds, or leave it out; in a URL device=, cloudNode= and holder=.',
  ),
  filter_unknown: entry(
    422,
    "The filter names what never was in this system.",
    "Use an id or externalId of this system; what was removed may be named, too.",
  ),
  state_invalid: entry(
    422,
    "state is true or left out, and begins by itself.",
    "Send state without after and without holders.",
  ),
  interval_invalid: entry(
    422,
    "every is a whole number of milliseconds, from 100 to 3600000.",
    "Send such a number, or leave it out.",
  ),
  ahead_invalid: entry(
    422,
    "ahead is a whole number of milliseconds, from 100 to 3600000.",
    "Send such a number, or leave it out.",
  ),
} as const satisfies Record<string, RefusalEntry>
