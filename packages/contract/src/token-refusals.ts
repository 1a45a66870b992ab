/** The refusals of tokens: what is wrong with one, and what it is not good for. */
import { entry, type RefusalEntry } from "./refusal-entry.js"

export const tokenRefusals = {
  token_missing: entry(
    401,
    "There is no token.",
    "Send a system token: ?token=… on the stream, Authorization: Bearer … over HTTP.",
  ),
  token_malformed: entry(
    401,
    "This is not a token of the kind that is asked for.",
    "Send the token exactly as it was answered, whole and unchanged.",
  ),
  token_forged: entry(401, "The token was not signed by this server.", "Request a token from this server."),
  token_expired: entry(401, "The token has expired.", "Request a new system token."),
  token_wrong_kind: entry(
    401,
    "This kind of token is not for this.",
    "Trade the id token for a system token at POST /api/systems/{systemId}/token.",
  ),
  client_revoked: entry(
    401,
    "The API client of this token is gone or may no longer enter the system.",
    "Ask the operator for an API client of this system.",
  ),
  token_revoked: entry(
    401,
    "The token was revoked.",
    "Request a new system token; where that was not your doing, ask the operator for a new secret.",
  ),
  scope_missing: entry(403, "The token lacks the scope for this.", "Use an API client that has the scope."),
  grant_invalid: entry(
    422,
    "This is nothing that a token could be limited to.",
    'Send {"scopes": […], "topics": ["device.alarm.*", …], "cloudNodes": [ids or externalIds], "redacted": true}, or leave out what is not to be limited.',
  ),
  grant_exceeded: entry(
    403,
    "The API client may not have as much as is asked for.",
    "Ask for less, or for nothing in particular: the token is then good for all that the client may.",
  ),
  grant_too_narrow: entry(
    403,
    "The token is limited, and this reaches beyond that.",
    "Use a token without that limit, if the operator lets the API client have one.",
  ),
  system_mismatch: entry(
    403,
    "The token is for another system.",
    "Use a token of the system that is named, or leave systemId out.",
  ),
  system_unknown: entry(404, "There is no such system.", "Check the system id."),
  system_not_allowed: entry(
    403,
    "This API client may not enter that system.",
    "Check the system id, or ask the operator to let the client in.",
  ),
} as const satisfies Record<string, RefusalEntry>
