/** Where tokens come from and what keys sign them, as OpenID Connect Discovery publishes it. */
import type { Context, Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { route, type Told } from "../route.js"

const keysPath = "/.well-known/jwks.json"

const told = { about: "Tokens" } as const

const toldOfDiscovery: Told = {
  ...told,
  name: "discover",
  summary: "Read where tokens come from (OpenID Connect Discovery)",
  answers: { status: 200, what: "The addresses and what they take.", schema: "Discovery" },
}

const toldOfKeys: Told = {
  ...told,
  name: "readPublicKeys",
  summary: "Read the public keys that tokens are signed with",
  answers: { status: 200, what: "A JWK set.", schema: "PublicKeys" },
}

export function discoveryRoutes(app: Hono, { publicUrl, tokens }: HttpDeps): void {
  const answerDiscovery = (c: Context): Response =>
    c.json({
      issuer: publicUrl(),
      token_endpoint: `${publicUrl()}/oauth2/token`,
      jwks_uri: publicUrl() + keysPath,
      grant_types_supported: ["client_credentials"],
      response_types_supported: [],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["EdDSA"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    })
  route(app, "/.well-known/openid-configuration", { GET: answerDiscovery }, { GET: toldOfDiscovery })
  route(app, keysPath, { GET: (c) => c.json(tokens.publishedKeys()) }, { GET: toldOfKeys })
}
