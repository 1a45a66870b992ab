/** What a route may refuse, made from what is told of it. It must not know how that is written down. */
import type { RefusalCode } from "@doorstream/contract"
import type { Method, Told } from "../route.js"

/** Of whatever is asked. */
const always: readonly RefusalCode[] = ["host_not_allowed", "too_many_requests", "fault"]

const byToken: readonly RefusalCode[] = [
  "token_missing",
  "token_malformed",
  "token_forged",
  "token_expired",
  "token_wrong_kind",
  "client_revoked",
]

const bySystemToken: readonly RefusalCode[] = ["system_unknown", "token_revoked"]

const byAnyBody: readonly RefusalCode[] = ["body_encoded", "body_too_large", "request_invalid"]

const byJson: readonly RefusalCode[] = [...byAnyBody, "json_malformed", "json_too_deep"]

function ofToken({ token, scope }: Told): readonly RefusalCode[] {
  if (token === undefined) return []
  if (token === "client") return byToken
  if (token === "either") return [...byToken, ...bySystemToken]
  const writes = scope === "manage" || scope === "report"
  const ofScope: readonly RefusalCode[] = [
    ...(scope === undefined ? [] : (["scope_missing"] as const)),
    ...(writes ? (["grant_too_narrow"] as const) : []),
  ]
  return [...byToken, ...bySystemToken, "system_mismatch", ...ofScope]
}

/** A form's faults are said in the words of OAuth. */
function ofBody({ body }: Told): readonly RefusalCode[] {
  if (body === undefined || body.as === "form") return []
  return body.orAnything === true ? byAnyBody : byJson
}

const ofQuery = ({ answers, canErase }: Told): readonly RefusalCode[] =>
  answers.isList === true || canErase === true ? ["request_invalid"] : []

const isWritten = (method: Method): boolean => method !== "GET"

/** If-Match is asked of what is there already. */
const ofVersion = (method: Method, { isVersioned }: Told): readonly RefusalCode[] =>
  isVersioned === true && isWritten(method) && method !== "POST" ? ["precondition_failed"] : []

/** Every code with which a method of a path may be refused, each once. */
export function refusedBy(method: Method, told: Told): readonly RefusalCode[] {
  const draining: readonly RefusalCode[] = isWritten(method) ? ["draining"] : []
  return [
    ...new Set([
      ...ofToken(told),
      ...ofBody(told),
      ...ofQuery(told),
      ...ofVersion(method, told),
      ...(told.refused ?? []),
      ...draining,
      ...always,
    ]),
  ]
}
