/** Hostile tokens: each in the URL of a stream, and as a Bearer token where a header can carry it. */
import { createHmac, randomBytes } from "node:crypto"
import { CompactSign, generateKeyPair, type CompactJWSHeaderParameters } from "jose"
import { openKeys, type Keys } from "../../packages/server/src/tokens/keys.js"
import { openIssuer } from "../../packages/server/src/tokens/issue.js"
import { clientId, otherSystemId, systemId } from "../support/house.js"
import { refusals, type RefusalCode } from "@doorstream/contract"
import { casesOf, type Play } from "./case.js"
import { asks, knock } from "./players.js"
import type { Site } from "./site.js"

/** What a token is made of. */
interface Makings {
  readonly site: Site
  /** A good token, and its three parts. */
  readonly good: string
  readonly head: string
  readonly body: string
  readonly signature: string
  readonly keys: Keys
}

const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")

async function makingsOf(site: Site): Promise<Makings> {
  const [head = "", body = "", signature = ""] = site.token.split(".")
  const keys = await openKeys(site.house.dataFolder, Date.now)
  return { site, good: site.token, head, body, signature, keys }
}

/** A good token's claims under another header, with a signature of the attacker's. */
const withHead =
  (head: unknown, signature = "AAAA") =>
  ({ body }: Makings): string =>
    `${encode(head)}.${body}.${signature}`

/** A token of our own key, as the server might have made it at another time, or for somebody who is gone. */
const signed =
  (change: { client?: object; system?: string; ago?: number }, kind: "system" | "id" | "access" = "system") =>
  ({ keys, site }: Makings): Promise<string> => {
    const now = () => Date.now() - (change.ago ?? 0)
    const issuer = openIssuer({
      keys,
      publicUrl: () => site.url,
      now,
      systemTokenLifetime: 300,
      freshId: () => "-",
    })
    const client = {
      id: clientId,
      name: "",
      secretHash: "",
      systems: [systemId],
      scopes: ["listen"],
      created: "",
    } as const
    const its = { ...client, ...change.client }
    if (kind === "id") return issuer.issueIdToken(its)
    if (kind === "access") return issuer.issueAccessToken(its)
    return issuer.issueSystemToken(its, change.system ?? systemId)
  }

/** HS256, with something that everybody can read as the secret. */
const hmac =
  (secretOf: (keys: Keys) => string | Buffer) =>
  ({ keys, body }: Makings): string => {
    const said = `${encode({ alg: "HS256", typ: "system+jwt", kid: keys.newest.kid })}.${body}`
    return `${said}.${createHmac("sha256", secretOf(keys)).update(said).digest("base64url")}`
  }

/** EdDSA by a key of the attacker's, under a header of the attacker's. */
const forged =
  (headOf: (keys: Keys) => Partial<CompactJWSHeaderParameters>) =>
  async ({ keys, body }: Makings) => {
    const { privateKey } = await generateKeyPair("EdDSA")
    return new CompactSign(Buffer.from(body, "base64url"))
      .setProtectedHeader({ alg: "EdDSA", typ: "system+jwt", ...headOf(keys) })
      .sign(privateKey)
  }

const day = 86_400_000

type Make = (makings: Makings) => string | Promise<string>
type Row = readonly [name: string, make: Make, code: RefusalCode]

const unsigned: readonly Row[] = [
  ["alg none, with no signature", ({ body }) => `${encode({ alg: "none" })}.${body}.`, "token_forged"],
  [
    "alg None, with the good signature",
    ({ body, signature }) => `${encode({ alg: "None" })}.${body}.${signature}`,
    "token_forged",
  ],
  [
    "alg none, with a good kid",
    ({ keys, body }) => `${encode({ alg: "none", kid: keys.newest.kid })}.${body}.`,
    "token_forged",
  ],
  ["no alg", withHead({ typ: "system+jwt" }), "token_forged"],
  ["an alg that is an object", withHead({ alg: { toString: "EdDSA" }, kid: "k" }), "token_forged"],
  [
    "the published key as an HMAC secret",
    hmac((keys) => Buffer.from(String(keys.newest.published.x), "base64url")),
    "token_forged",
  ],
  [
    "the published JWK as an HMAC secret",
    hmac((keys) => JSON.stringify(keys.newest.published)),
    "token_forged",
  ],
  ["the key's id as an HMAC secret", hmac((keys) => keys.newest.kid), "token_forged"],
  ["an empty HMAC secret", hmac(() => ""), "token_forged"],
]
const keyed: readonly Row[] = [
  ["another's key under an unknown kid", forged(() => ({ kid: "unknown" })), "token_forged"],
  ["another's key under the good kid", forged((keys) => ({ kid: keys.newest.kid })), "token_forged"],
  [
    "another's key in its own header",
    forged((keys) => ({ jwk: keys.newest.published, jku: "http://127.0.0.1:1/keys" })),
    "token_forged",
  ],
  ["no kid", forged(() => ({})), "token_forged"],
  ["an empty kid", forged(() => ({ kid: "" })), "token_forged"],
  ["the kid __proto__", withHead({ alg: "EdDSA", kid: "__proto__" }), "token_forged"],
  ["the kid constructor", withHead({ alg: "EdDSA", kid: "constructor" }), "token_forged"],
  ["a kid that is a path", withHead({ alg: "EdDSA", kid: "../../keys/key.json" }), "token_forged"],
  ["a kid that is a number", withHead({ alg: "EdDSA", kid: 0 }), "token_forged"],
  [
    "a kid that is an array of the good one",
    ({ keys, body, signature }) => `${encode({ alg: "EdDSA", kid: [keys.newest.kid] })}.${body}.${signature}`,
    "token_forged",
  ],
  [
    "an extension that must be understood",
    ({ keys, body, signature }) =>
      `${encode({ alg: "EdDSA", kid: keys.newest.kid, crit: ["x"], x: 1 })}.${body}.${signature}`,
    "token_malformed",
  ],
  [
    "a payload that is not encoded",
    ({ keys, signature }) =>
      `${encode({ alg: "EdDSA", kid: keys.newest.kid, b64: false, crit: ["b64"] })}.{}.${signature}`,
    "token_forged",
  ],
  [
    "ES256 with the good kid",
    ({ keys, body, signature }) => `${encode({ alg: "ES256", kid: keys.newest.kid })}.${body}.${signature}`,
    "token_forged",
  ],
]
const cut: readonly Row[] = [
  ["a token without its last characters", ({ good }) => good.slice(0, -9), "token_malformed"],
  ["a token cut in its payload", ({ head, body }) => `${head}.${body.slice(0, 20)}.`, "token_forged"],
  ["a token without a signature", ({ head, body }) => `${head}.${body}.`, "token_forged"],
  [
    "a token with another's payload",
    ({ head, body, signature }) => `${head}.${body.slice(0, -4)}AAAA.${signature}`,
    "token_forged",
  ],
  ["a token of two parts", ({ head, body }) => `${head}.${body}`, "token_malformed"],
  ["a token of four parts", ({ good }) => `${good}.AAAA`, "token_malformed"],
  ["three dots", () => "...", "token_malformed"],
  ["two dots", () => "..", "token_malformed"],
  ["a header that is not JSON", ({ body }) => `${encode("{")}.${body}.AAAA`, "token_malformed"],
  ["a header that is an array", ({ body }) => `${encode([])}.${body}.AAAA`, "token_malformed"],
  ["a header that is null", ({ body }) => `${encode(null)}.${body}.AAAA`, "token_malformed"],
  [
    "a header nested a thousand deep",
    ({ body }) => `${encode("[".repeat(1000) + "]".repeat(1000))}.${body}.AAAA`,
    "token_malformed",
  ],
  [
    "a header that is not UTF-8",
    ({ body }) => `${Buffer.from([0xff, 0xfe]).toString("base64url")}.${body}.AAAA`,
    "token_malformed",
  ],
  ["random bytes", () => randomBytes(300).toString("base64url"), "token_malformed"],
  ["more characters than are looked at", ({ good }) => good.padEnd(8193, "A"), "token_malformed"],
  ["the word undefined", () => "undefined", "token_malformed"],
]
const wrong: readonly Row[] = [
  ["a token of another system", ({ site }) => site.house.token(otherSystemId), "system_mismatch"],
  ["an id token", signed({}, "id"), "token_wrong_kind"],
  ["an access token", signed({}, "access"), "token_wrong_kind"],
  [
    "a token of a system that is not there",
    signed({ system: "nowhere", client: { systems: ["nowhere"] } }),
    "system_unknown",
  ],
  ["a token of an API client that is gone", signed({ client: { id: "gone" } }), "client_revoked"],
  ["a token of an API client named __proto__", signed({ client: { id: "__proto__" } }), "client_revoked"],
  ["a token that expired longer ago than the grace", signed({ ago: 31 * day }), "token_expired"],
]

/** Shows a token at both doors: in the URL of a stream, and as a Bearer token. */
const shows =
  (make: Make): Play =>
  async (site) => {
    const token = await make(await makingsOf(site))
    const stream = await knock(site, `systemId=${systemId}&token=${encodeURIComponent(token)}`)
    const headers = { Authorization: `Bearer ${token}` }
    return `${stream}, ${await asks(site, `/${systemId}/holders`, { headers })}`
  }

export const tokenCases = casesOf(
  "a token",
  [...unsigned, ...keyed, ...cut, ...wrong].map(([name, make, code]) => [
    name,
    shows(make),
    `44 ${code}, ${refusals[code].status} ${code}`,
  ]),
)
