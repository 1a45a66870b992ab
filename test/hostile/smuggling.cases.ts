/** Hostile framing: requests that hide another one from a proxy that reads them differently. */
import { casesOf, type Outcome } from "./case.js"
import { writes } from "./players.js"
import { reportsPath, type Site } from "./site.js"
import { transport } from "./transport.js"

type Row = readonly [name: string, request: (site: Site) => string, outcome: Outcome]

const lines = (...all: readonly string[]): string => [...all, "", ""].join("\r\n")
/** What is hidden: whoever reads it as a request answers it 404. */
const smuggled = lines("GET /smuggled HTTP/1.1", "Host: 127.0.0.1", "Connection: close")
const post =
  (body: string, ...more: readonly string[]) =>
  (site: Site): string =>
    lines(`POST ${reportsPath} HTTP/1.1`, "Host: 127.0.0.1", `Authorization: Bearer ${site.token}`, ...more) +
    body

const bodies: readonly Row[] = [
  [
    "a length and chunks",
    post(`0\r\n\r\n${smuggled}`, "Content-Length: 5", "Transfer-Encoding: chunked"),
    transport.notHttp,
  ],
  [
    "chunks and a length",
    post(`0\r\n\r\n${smuggled}`, "Transfer-Encoding: chunked", "Content-Length: 5"),
    transport.notHttp,
  ],
  ["two lengths", post(`[]${smuggled}`, "Content-Length: 2", "Content-Length: 0"), transport.notHttp],
  ["two lengths in one", post(`[]${smuggled}`, "Content-Length: 2, 2"), transport.notHttp],
  ["a length below 0", post(`[]`, "Content-Length: -1"), transport.notHttp],
  ["a length with a plus", post(`[]`, "Content-Length: +2"), transport.notHttp],
  ["a length in hexadecimal", post(`[]`, "Content-Length: 0x2"), transport.notHttp],
  ["a length beyond all numbers", post(`[]`, `Content-Length: ${"9".repeat(30)}`), transport.notHttp],
  [
    "chunks under another name",
    post(`2\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: xchunked"),
    transport.notHttp,
  ],
  [
    "chunks twice",
    post(`2\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    transport.notHttp,
  ],
  [
    "chunks before identity",
    post(`2\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: chunked, identity"),
    transport.notHttp,
  ],
  [
    "chunks after a vertical tab",
    post(`2\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: \x0bchunked"),
    transport.notHttp,
  ],
  ["a blank before the colon", post(`0\r\n\r\n`, "Transfer-Encoding : chunked"), transport.notHttp],
  [
    "a chunk whose size is none",
    post(`zz\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: chunked"),
    transport.notHttp,
  ],
  [
    "a chunk whose size is below 0",
    post(`-2\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: chunked"),
    transport.notHttp,
  ],
  [
    "a chunk whose size overflows",
    post(`fffffffffffffffff\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: chunked"),
    transport.notHttp,
  ],
  [
    "a chunk longer than it says",
    post(`1\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: chunked"),
    transport.notHttp,
  ],
  ["a chunk with bare line feeds", post(`2\n[]\n0\n\n`, "Transfer-Encoding: chunked"), transport.notHttp],
  [
    "a chunk extension of 20 kB",
    post(`2;${"x".repeat(20_000)}\r\n[]\r\n0\r\n\r\n`, "Transfer-Encoding: chunked"),
    transport.chunkExtensions,
  ],
  [
    "trailers that are headers",
    post(
      `2\r\n[]\r\n0\r\nContent-Length: 99\r\nHost: evil.example\r\n\r\n`,
      "Transfer-Encoding: chunked",
      "Connection: close",
    ),
    transport.notHttp,
  ],
]

export const smugglingCases = casesOf(
  "smuggling",
  bodies.map(([name, request, outcome]) => [name, (site) => writes(site, request(site)), outcome]),
)
