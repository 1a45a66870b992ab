/** Hostile commands: bodies that are none, devices of others, and more of them than a door can take. No cloud node is there. */
import { cloudNode, frontDoor, otherDoor, otherNode, otherSystemId, systemId } from "../support/house.js"
import { casesOf, type Case, type Play, type Plays } from "./case.js"
import { asks } from "./players.js"

const devices = `/${systemId}/cloud-nodes/${cloudNode.id}/devices`
const door = `${devices}/${frontDoor.id}`

const commands =
  (path: string, body = "", headers: Readonly<Record<string, string>> = {}): Play =>
  (site) =>
    asks(site, path, { method: "POST", headers: { Authorization: `Bearer ${site.token}`, ...headers } }, body)

const dwells = ["0", "-1", "5401", "1e9", "0.5", '"30"', "[30]", "true", "1e999"]

const bodies: readonly (readonly [name: string, command: string, body: string, outcome: string])[] = [
  ...dwells.map(
    (dwell) => [`a dwell of ${dwell}`, "try-open", `{"dwell":${dwell}}`, "422 object_invalid"] as const,
  ),
  ["a dwell of NaN", "try-open", '{"dwell":NaN}', "400 json_malformed"],
  ["a dwell where none is", "open", '{"dwell":30}', "422 object_invalid"],
  ["a field __proto__", "open", '{"__proto__":{"dwell":30}}', "422 object_invalid"],
  ["a device of its own choice", "try-open", '{"deviceId":"another"}', "422 object_invalid"],
  ["an expiry of its own choice", "open", '{"expires":9e15}', "422 object_invalid"],
  ["null", "open", "null", "422 object_invalid"],
  ["an array", "open", "[{}]", "422 object_invalid"],
  ["blanks", "open", "  ", "400 json_malformed"],
  ["a body that is too deep", "open", "[".repeat(4000), "400 json_too_deep"],
  ["a body that is too large", "open", " ".repeat(4097), "413 body_too_large"],
  ["nobody's read", "virtual-read", "{}", "422 object_invalid"],
  ["a stranger's read", "virtual-read", '{"holderId":"nobody"}', "422 reference_unknown"],
  ["the read of __proto__", "virtual-read", '{"holderId":"__proto__"}', "422 reference_unknown"],
  [
    "a read of a holder without end",
    "virtual-read",
    `{"holderId":"${"x".repeat(3000)}"}`,
    "422 object_invalid",
  ],
]

/** The codes of so many at once, each once. */
const atOnce =
  (count: number, play: Play): Play =>
  async (site) =>
    [...new Set(await Promise.all(Array.from({ length: count }, () => play(site))))].join(", ")

const paths: Plays = [
  [
    "to another system's device",
    commands(`/${otherSystemId}/cloud-nodes/${otherNode.id}/devices/${otherDoor.id}/open`),
    "403 system_mismatch",
  ],
  ["to a device of another system's", commands(`${devices}/${otherDoor.id}/open`), "404 object_unknown"],
  [
    "to another system's cloud node",
    commands(`/${systemId}/cloud-nodes/${otherNode.id}/devices/${frontDoor.id}/open`),
    "404 cloud_node_unknown",
  ],
  ["to the device __proto__", commands(`${devices}/__proto__/open`), "404 object_unknown"],
  ["that there is not", commands(`${door}/explode`), "404 not_found"],
  ["in capitals", commands(`${door}/OPEN`), "404 not_found"],
  ["by GET", (site) => asks(site, `${door}/open`), "405 method_not_allowed"],
  ["without a token", (site) => asks(site, `${door}/open`, { method: "POST" }), "401 token_missing"],
  ["in gzip", commands(`${door}/open`, "{}", { "Content-Encoding": "gzip" }), "415 body_encoded"],
  ["to a cloud node that is away", commands(`${door}/open`), "503 cloud_node_away"],
  [
    "to one that is away, fifty at once",
    atOnce(50, commands(`${door}/try-open`, '{"dwell":1}')),
    "503 cloud_node_away",
  ],
]

export const commandCases: readonly Case[] = casesOf("a command", [
  ...bodies.map(([name, command, body, outcome]): Plays[number] => [
    name,
    commands(`${door}/${command}`, body),
    outcome,
  ]),
  ...paths,
])
