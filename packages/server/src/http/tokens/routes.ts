/** The two steps to a system token: API client to id token, id token to system token. */
import { isRefusal, refuse } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { idTokenLifetime, mayEnter } from "../../core/tokens.js"
import { readWanted } from "../../core/wanted.js"
import { answerLater, answerRefusal } from "../answer.js"
import { enterAsClient, enterToRevoke } from "../bearer.js"
import { parseJson, readBody } from "../body.js"
import type { HttpDeps } from "../deps.js"
import { authorOf } from "../member.js"
import { route, type Answered, type Told } from "../route.js"
import { readCredentials } from "./credentials.js"

/** The most bytes of a token request's body. */
const most = 64 * 1024

const oauth = (status: 400 | 401 | 413, what: string): Answered => ({ status, what, schema: "OAuthRefusal" })

const toldOfClient: Told = {
  name: "requestClientTokens",
  about: "Tokens",
  summary: "Request an id token for an API client",
  more: "The id and secret stand in the Authorization header (Basic) or in the form, not in both.",
  body: { as: "form", schema: "TokenRequest" },
  answers: { status: 200, what: "An id token and an access token.", schema: "ClientTokens" },
  also: [
    oauth(400, "The request is not as OAuth 2.0 has it."),
    oauth(401, "There is no API client with this id and secret."),
    oauth(413, "The form is larger than is read."),
  ],
  refused: ["too_many_tokens"],
}

const toldOfSystem: Told = {
  name: "requestSystemToken",
  about: "Tokens",
  summary: "Trade an id token for a system token",
  more: "Where a limited token will do, the body says so: what it does not name, the token may as far as the API client may. Any other body is taken, or none, and asks for nothing.",
  token: "client",
  body: { as: "json", schema: "GrantRequest", isOptional: true, orAnything: true },
  answers: { status: 200, what: "A token for this system.", schema: "SystemToken" },
  refused: ["system_not_allowed", "grant_invalid", "grant_exceeded", "too_many_tokens"],
}

const toldOfRevoking: Told = {
  name: "revokeSystemToken",
  about: "Tokens",
  summary: "Revoke a system token",
  more: "The very token that is shown is good for nothing from then on, and whoever listens with it is told so and ended. Whoever has a token may revoke it; one that has expired, too, because it still opens streams.",
  token: "system",
  answers: { status: 204, what: "The token is revoked." },
}

export function tokenRoutes(app: Hono, deps: HttpDeps): void {
  route(app, "/oauth2/token", { POST: (c) => answerIdToken(c, deps) }, { POST: toldOfClient })
  route(
    app,
    "/api/systems/:systemId/token",
    {
      POST: (c) => answerSystemToken(c, deps, c.req.param("systemId")),
      DELETE: (c) => revokeSystemToken(c, deps, c.req.param("systemId")),
    },
    { POST: toldOfSystem, DELETE: toldOfRevoking },
  )
}

/** OAuth has words and a form of its own for what it refuses. */
function answerOAuth(c: Context, error: OAuthError, description: string, status: 400 | 401 | 413 = 400) {
  if (status === 401) c.header("WWW-Authenticate", 'Basic realm="doorstream"')
  if (status === 413) c.header("Connection", "close")
  return c.json({ error, error_description: description }, status)
}
type OAuthError = "invalid_request" | "invalid_client" | "unsupported_grant_type"

async function answerIdToken(c: Context, { tokens, takeToken }: HttpDeps): Promise<Response> {
  c.header("Cache-Control", "no-store")
  const body = await readBody(c.req.raw, most)
  if (isRefusal(body))
    return answerOAuth(c, "invalid_request", body.message, body.code === "body_too_large" ? 413 : 400)

  const form = new URLSearchParams(new TextDecoder().decode(body.bytes))
  const authorization = c.req.header("authorization")
  if (authorization !== undefined && form.has("client_secret"))
    return answerOAuth(c, "invalid_request", "Send the secret in the header or in the form, not in both.")
  const shown = readCredentials(authorization, form)
  const client = shown && tokens.recognise(shown.id, shown.secret)
  if (client === undefined)
    return answerOAuth(c, "invalid_client", "There is no API client with this id and secret.", 401)
  const later = takeToken(client.id)
  if (later !== undefined) return answerLater(c, later)

  const grant = form.getAll("grant_type")
  if (grant.length !== 1)
    return answerOAuth(c, "invalid_request", "Send the form field grant_type=client_credentials, once.")
  if (grant[0] !== "client_credentials")
    return answerOAuth(c, "unsupported_grant_type", "The grant type is client_credentials.")
  return c.json({
    token_type: "Bearer",
    access_token: await tokens.issueAccessToken(client),
    id_token: await tokens.issueIdToken(client),
    expires_in: idTokenLifetime,
  })
}

async function answerSystemToken(c: Context, deps: HttpDeps, systemId: string): Promise<Response> {
  c.header("Cache-Control", "no-store")
  const client = await enterAsClient(c, deps)
  if (isRefusal(client)) return answerRefusal(c, client)
  const body = await readBody(c.req.raw, most)
  if (isRefusal(body)) return answerRefusal(c, body)
  // The body takes as long as its sender likes.
  const now = await enterAsClient(c, deps)
  if (isRefusal(now) && now.code !== "token_expired") return answerRefusal(c, now)
  // Whether the system is there is not told to whoever may not enter it.
  if (!mayEnter(client, systemId, deps.registry)) return answerRefusal(c, refuse("system_not_allowed"))
  const later = deps.takeToken(client.id)
  if (later !== undefined) return answerLater(c, later)
  // Clients send any body or none, and forms: what is not JSON asks for nothing.
  const asked = parseJson(body)
  const wanted = readWanted(isRefusal(asked) ? {} : asked.value, client, systemId, deps.registry)
  if (isRefusal(wanted)) return answerRefusal(c, wanted)
  return c.json({ token: await deps.tokens.issueSystemToken(client, systemId, wanted) })
}

async function revokeSystemToken(c: Context, deps: HttpDeps, systemId: string): Promise<Response> {
  const token = await enterToRevoke(c, deps, systemId)
  if (isRefusal(token)) return answerRefusal(c, token)
  const { id, expiresAt: expires } = token
  await deps.revokeToken({ id, expires, system: systemId }, authorOf(c, deps, token))
  return c.body(null, 204)
}
