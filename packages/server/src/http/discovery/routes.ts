/** Where tokens come from and what keys sign them, as OpenID Connect Discovery publishes it. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { route } from "../route.js"

const keysPath = "/.well-known/jwks.json"

export function discoveryRoutes(app: Hono, { publicUrl, tokens }: HttpDeps): void {
  route(app, "/.well-known/openid-configuration", {
    GET: (c) =>
      c.json({
        issuer: publicUrl(),
        token_endpoint: `${publicUrl()}/oauth2/token`,
        jwks_uri: publicUrl() + keysPath,
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["EdDSA"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      }),
  })
  route(app, keysPath, { GET: (c) => c.json(tokens.publishedKeys()) })
}
