/** Hostile bodies of requests with reports: what is no JSON, or too much of it, or is not what it says it is. */
import { gzipSync } from "node:zlib"
import { cloudNode, doorReport, otherNode, otherSystemId, systemId } from "../support/house.js"
import { casesOf, type Case, type Plays } from "./case.js"
import { asks, breaksOff, posts, writes } from "./players.js"
import { reportsPath, type Site } from "./site.js"
import { transport } from "./transport.js"

type Row = readonly [
  name: string,
  body: string | Uint8Array,
  outcome: string,
  headers?: Readonly<Record<string, string>>,
]

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth)
const good = doorReport("device.input.relay.on")
const goodText = JSON.stringify(good)
const occurring = (number: string): string => goodText.replace(/"occurred":\d+/, `"occurred":${number}`)

const bodies: readonly Row[] = [
  ["nothing", "", "400 json_malformed"],
  ["blanks", " \n", "400 json_malformed"],
  ["half a report", goodText.slice(0, -3), "400 json_malformed"],
  ["two reports without an array", `${goodText}\n${goodText}`, "400 json_malformed"],
  ["a comment", `/**/${goodText}`, "400 json_malformed"],
  ["a comma at the end", `[${goodText},]`, "400 json_malformed"],
  ["single quotes", goodText.replaceAll('"', "'"), "400 json_malformed"],
  ["NaN", occurring("NaN"), "400 json_malformed"],
  ["Infinity", occurring("Infinity"), "400 json_malformed"],
  ["a number in octal", occurring("0123"), "400 json_malformed"],
  ["a raw NUL in a string", goodText.replace("report-", "\0"), "400 json_malformed"],
  [
    "bytes that are no UTF-8",
    Buffer.from(goodText.replace("report-", "\xff"), "latin1"),
    "400 json_malformed",
  ],
  [
    "an overlong form of UTF-8",
    Buffer.concat([Buffer.from('"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"')]),
    "400 json_malformed",
  ],
  [
    "a surrogate in UTF-8",
    Buffer.concat([Buffer.from('"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"')]),
    "400 json_malformed",
  ],
  ["UTF-16", Buffer.from(`\ufeff${goodText}`, "utf16le"), "400 json_malformed"],
  ["two byte order marks", `\ufeff\ufeff${goodText}`, "400 json_malformed"],
  [
    "a form",
    "id=1&topic=device.input.relay.on",
    "400 json_malformed",
    { "Content-Type": "application/x-www-form-urlencoded" },
  ],
  [
    "XML with an entity",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "400 json_malformed",
    { "Content-Type": "application/xml" },
  ],
  ["a body of 2 MiB and a byte", " ".repeat(2 * 1024 * 1024 + 1), "413 body_too_large"],
  [
    "a body of 3 MiB without a length",
    " ".repeat(3 * 1024 * 1024),
    "413 body_too_large",
    { "Transfer-Encoding": "chunked" },
  ],
  [
    "a bomb of gzip",
    gzipSync(Buffer.alloc(50_000_000, "[")),
    "415 body_encoded",
    { "Content-Encoding": "gzip" },
  ],
  ["a report in gzip", gzipSync(goodText), "415 body_encoded", { "Content-Encoding": "gzip" }],
  ["an encoding in a list", goodText, "415 body_encoded", { "Content-Encoding": "identity, br" }],
  ["an encoding that there is not", goodText, "415 body_encoded", { "Content-Encoding": "x-nothing" }],
  ["arrays a million deep", nested(1_000_000), "400 json_too_deep"],
  ["arrays a million deep that do not end", "[".repeat(2_000_000), "400 json_too_deep"],
  ["objects 300,000 deep", '{"a":'.repeat(300_000), "400 json_too_deep"],
  ["arrays 65 deep", nested(65), "400 json_too_deep"],
]
const values: readonly Row[] = [
  ["null", "null", "400 report_invalid"],
  ["text", '"report"', "400 report_invalid"],
  ["a number with two million digits", "9".repeat(2_000_000), "400 report_invalid"],
  ["1,001 reports", `[${Array.from({ length: 1001 }, () => goodText).join()}]`, "413 batch_too_large"],
  ["a million nulls", `[${"0,".repeat(999_999)}0]`, "413 batch_too_large"],
  ["an array of an array of a report", `[[${goodText}]]`, "200 report_invalid"],
  ["arrays of arrays", `[${nested(60)}]`, "200 report_invalid"],
  ["a report without an id", JSON.stringify({ ...good, id: undefined }), "400 report_invalid"],
]

const head = (token: string, ...lines: readonly string[]): string =>
  [
    `POST ${reportsPath} HTTP/1.1`,
    "Host: 127.0.0.1",
    `Authorization: Bearer ${token}`,
    ...lines,
    "",
    "",
  ].join("\r\n")

const postsTo = (site: Site, path: string): Promise<string> =>
  asks(site, path, { method: "POST", headers: { Authorization: `Bearer ${site.token}` } }, goodText)

const asked: Plays = [
  [
    "chunks that break off",
    (site) => breaksOff(site, `${head(site.token, "Transfer-Encoding: chunked")}2\r\n[]`),
    transport.notHttp,
  ],
  [
    "a body that breaks off",
    (site) => breaksOff(site, `${head(site.token, "Content-Length: 100")}[`),
    transport.notHttp,
  ],
  [
    "a length of 2 GB that does not come",
    (site) => writes(site, head(site.token, "Content-Length: 2000000000")),
    "413 body_too_large",
  ],
  [
    "to another system",
    (site) => postsTo(site, `/${otherSystemId}/cloud-nodes/${cloudNode.id}/reports`),
    "403 system_mismatch",
  ],
  [
    "to another system's cloud node",
    (site) => postsTo(site, `/${systemId}/cloud-nodes/${otherNode.id}/reports`),
    "404 cloud_node_unknown",
  ],
  [
    "to the cloud node __proto__",
    (site) => postsTo(site, `/${systemId}/cloud-nodes/__proto__/reports`),
    "404 cloud_node_unknown",
  ],
  ["without a token", (site) => asks(site, reportsPath, { method: "POST" }, goodText), "401 token_missing"],
]

export const bodyCases: readonly Case[] = casesOf("a body", [
  ...[...bodies, ...values].map(([name, body, outcome, headers]): Plays[number] => [
    name,
    (site) => posts(site, body, headers),
    outcome,
  ]),
  ...asked,
])
