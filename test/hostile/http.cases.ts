/** Hostile HTTP: paths that climb, heads that are none, methods that nobody asked for. */
import { systemId } from "../support/house.js"
import { casesOf, type Case, type Outcome } from "./case.js"
import { breaksOff, writes } from "./players.js"
import { transport } from "./transport.js"

type Row = readonly [name: string, request: string, outcome: Outcome]

const lines = (...all: readonly string[]): string => [...all, "", ""].join("\r\n")
const get = (target: string, ...more: readonly string[]): string =>
  lines(`GET ${target} HTTP/1.1`, "Host: 127.0.0.1", "Connection: close", ...more)

const paths: readonly Row[] = [
  ["a path that climbs", get("/../../../../etc/passwd"), "404 not_found"],
  ["a path that climbs in code", get("/%2e%2e/%2e%2e/etc/passwd"), "404 not_found"],
  ["a path that climbs in twofold code", get("/%252e%252e%252fetc/passwd"), "404 not_found"],
  ["a path that climbs by overlong UTF-8", get("/%c0%ae%c0%ae/etc/passwd"), "404 not_found"],
  ["a path that climbs by backslashes", get("/..\\..\\etc\\passwd"), transport.target],
  ["a path that climbs out of a system", get(`/${systemId}/cloud-nodes/../../../data`), "404 not_found"],
  ["a path with a NUL in code", get("/health%00.html"), "404 not_found"],
  ["a path with a raw NUL", get("/health\0"), transport.notHttp],
  ["a path with a line feed in code", get("/health%0d%0aX: 1"), transport.notHttp],
  ["a path that is no code", get("/%zz%"), "404 not_found"],
  ["a path of two slashes", get("//127.0.0.1/health"), "404 not_found"],
  ["a path to a name of the machine", get("//evil.example/health"), "404 not_found"],
  ["a path of 15,000 slashes", get("/".repeat(15_000)), "404 not_found"],
  ["a path of 17,000 characters", get(`/${"x".repeat(17_000)}`), transport.longHead],
  ["the target *", get("*"), transport.target],
  ["a target without a slash", get("health"), transport.target],
  ["an absolute target of another host", get("http://evil.example/nowhere"), "404 not_found"],
  ["an absolute target that is none", get("http://"), transport.target],
  ["a fragment in the target", get("/nowhere#fragment"), "404 not_found"],
]
/** A request for an id token. */
const asksForToken = (...more: readonly string[]): string =>
  lines("POST /oauth2/token HTTP/1.1", "Host: localhost", "Connection: close", ...more)

const heads: readonly Row[] = [
  ["no HTTP at all", "Good day.\r\n\r\n", transport.notHttp],
  ["zeros", "\0".repeat(1000), transport.notHttp],
  ["the first bytes of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", transport.notHttp],
  ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", transport.notHttp],
  ["HTTP/9.9", get("/health").replace("1.1", "9.9"), transport.notHttp],
  ["no host", lines("GET /health HTTP/1.1"), transport.notHttp],
  ["no host by HTTP/1.0", lines("GET /health HTTP/1.0"), "421 host_not_allowed"],
  ["another's host", lines("GET /health HTTP/1.1", "Host: evil.example"), "421 host_not_allowed"],
  [
    "two hosts, the first another's",
    lines("GET /health HTTP/1.1", "Host: evil.example", "Host: 127.0.0.1"),
    "421 host_not_allowed",
  ],
  [
    "a host with a user",
    lines("GET /health HTTP/1.1", "Host: localhost@evil.example", "Connection: close"),
    "421 host_not_allowed",
  ],
  [
    "a host with a path",
    lines("GET /health HTTP/1.1", "Host: localhost/evil", "Connection: close"),
    "421 host_not_allowed",
  ],
  [
    "a host that ends as ours",
    lines("GET /health HTTP/1.1", "Host: 127.0.0.1.evil.example", "Connection: close"),
    "421 host_not_allowed",
  ],
  ["an empty host", lines("GET /health HTTP/1.1", "Host: ", "Connection: close"), "421 host_not_allowed"],
  ["a folded header", get("/health", "X-Folded: a", " b"), transport.notHttp],
  ["bare line feeds", get("/health").replaceAll("\r\n", "\n"), transport.notHttp],
  ["bare carriage returns", get("/health").replaceAll("\r\n", "\r"), transport.notHttp],
  ["a header without a colon", get("/health", "Nonsense"), transport.notHttp],
  ["a header with a NUL", get("/health", "X: a\0b"), transport.notHttp],
  ["a header name with a blank", get("/health", "X Y: 1"), transport.notHttp],
  ["an empty header name", get("/health", ": 1"), transport.notHttp],
  ["headers of 17 kB", get("/health", `X: ${"x".repeat(17_000)}`), transport.longHead],
  [
    "a thousand headers",
    get("/nowhere", ...Array.from({ length: 1000 }, (_, n) => `X${n}: 1`)),
    "404 not_found",
  ],
  ["an expectation that nobody can meet", get("/health", "Expect: a-miracle"), transport.expectation],
  ["an unknown method", get("/health").replace("GET", "FETCH"), transport.notHttp],
  ["a method in small letters", get("/health").replace("GET", "get"), transport.notHttp],
  ["TRACE", get("/health").replace("GET", "TRACE"), "405 method_not_allowed"],
  ["DELETE", get("/health").replace("GET", "DELETE"), "405 method_not_allowed"],
  ["PROPFIND", get("/nowhere").replace("GET", "PROPFIND"), "404 not_found"],
  ["CONNECT", get("evil.example:443").replace("GET", "CONNECT"), transport.connect],
  [
    "a Bearer token of 1 MB",
    get(`/${systemId}/holders`, `Authorization: Bearer ${"x".repeat(1e6)}`),
    transport.longHead,
  ],
  [
    "a token of 1 MB in the URL",
    get(`/socket.io/?transport=polling&token=${"x".repeat(1e6)}`),
    transport.longHead,
  ],
  [
    "credentials that are no base64",
    asksForToken("Authorization: Basic %%%", "Content-Length: 0"),
    "401 invalid_client",
  ],
  [
    "credentials in unicode",
    asksForToken(
      `Authorization: Basic ${Buffer.from("\ud83d\ude00:\0").toString("base64")}`,
      "Content-Length: 0",
    ),
    "401 invalid_client",
  ],
  [
    "the credentials __proto__",
    asksForToken(`Authorization: Basic ${btoa("__proto__:constructor")}`, "Content-Length: 0"),
    "401 invalid_client",
  ],
  [
    "a token request of 1 MB",
    asksForToken("Content-Length: 1000000") + "x".repeat(1e6),
    "413 invalid_request",
  ],
]

const halves: readonly Row[] = [
  ["HTTP/0.9", "GET /health\r\n", transport.notHttp],
  ["half a request line", "GET /hea", transport.notHttp],
  ["half a head", "GET /health HTTP/1.1\r\nHost: 127", transport.notHttp],
]

export const httpCases: readonly Case[] = [
  ...casesOf(
    "HTTP",
    [...paths, ...heads].map(([name, request, outcome]) => [name, (site) => writes(site, request), outcome]),
  ),
  ...casesOf(
    "HTTP",
    halves.map(([name, request, outcome]) => [name, (site) => breaksOff(site, request), outcome]),
  ),
]
