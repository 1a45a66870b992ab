/** Hostile reports, each in a batch of one: values that are none, of others, or made to be taken for something else. */
import type { RefusalCode } from "@doorstream/contract"
import { doorReport, frontDoor, otherDoor } from "../support/house.js"
import { casesOf } from "./case.js"
import { posts } from "./players.js"

type Row = readonly [name: string, body: string, code: RefusalCode]

/** Never a topic that the good listeners hear. */
const topic = "device.input.relay.on"
const good = doorReport(topic)
const goodText = JSON.stringify(good)

/** A good report with something else in it; or a report as it stands. */
const changed = (name: string, changes: object | string, code: RefusalCode): Row => [
  name,
  typeof changes === "string" ? `[${changes}]` : JSON.stringify([{ ...good, ...changes }]),
  code,
]
const text = (field: string, value: string): string =>
  goodText.replace(new RegExp(`"${field}":("[^"]*"|\\d+)`), `"${field}":${value}`)
const request = (body: object): object => ({
  topic: "device.request.allowed",
  body: { deviceId: frontDoor.id, ...body },
})

const fields: readonly Row[] = [
  changed("an id of 129 characters", { id: "x".repeat(129) }, "report_id_invalid"),
  changed("an id of a million characters", { id: "x".repeat(1_000_000) }, "report_id_invalid"),
  changed("a lone surrogate in an id", text("id", '"\\ud800"'), "report_id_invalid"),
  changed("surrogates in the wrong order in an id", text("id", '"\\udc00\\ud800"'), "report_id_invalid"),
  changed("an id that is an array", { id: ["1"] }, "report_id_invalid"),
  changed("an empty id", { id: "" }, "report_id_invalid"),
  changed("a topic that there is not", { topic: "device.door.blown" }, "topic_unknown"),
  changed("the topic __proto__", { topic: "__proto__" }, "topic_unknown"),
  changed("the topic toString", { topic: "toString" }, "topic_unknown"),
  changed("a topic that is an array of one", { topic: [topic] }, "topic_unknown"),
  changed("the topic *", { topic: "*" }, "topic_unknown"),
  changed("a topic of the server's", { topic: "cloudnode.deleted" }, "topic_not_reportable"),
  changed("the topic liveEvent", { topic: "liveEvent" }, "topic_not_reportable"),
  changed("a time that is text", { occurred: "1719356407640" }, "occurred_invalid"),
  changed("a time that is null", { occurred: null }, "occurred_invalid"),
  changed("a time below 0", { occurred: -1 }, "occurred_invalid"),
  changed("a time with a fraction", { occurred: 0.5 }, "occurred_invalid"),
  changed("a time after the last one", { occurred: 8.64e15 + 1 }, "occurred_invalid"),
  changed("a time of 1e999", text("occurred", "1e999"), "occurred_invalid"),
  changed("a time of 400 digits", text("occurred", "9".repeat(400)), "occurred_invalid"),
  changed("a time of a million digits", text("occurred", "9".repeat(1_000_000)), "occurred_invalid"),
  changed("a time that is an array", { occurred: [0] }, "occurred_invalid"),
  changed("no body", { body: undefined }, "body_invalid"),
  changed("a body that is an array", { body: [] }, "body_invalid"),
  changed(
    "a body under __proto__",
    `{"id":"p","topic":"${topic}","occurred":1,"__proto__":{"body":{"deviceId":"${frontDoor.id}"}}}`,
    "body_invalid",
  ),
  changed(
    "a device under __proto__",
    `{"id":"p","topic":"${topic}","occurred":1,"body":{"__proto__":{"deviceId":"${frontDoor.id}"}}}`,
    "body_invalid",
  ),
  changed("a device that is a number", { body: { deviceId: 7 } }, "body_invalid"),
  changed("a device of 129 characters", { body: { deviceId: "x".repeat(129) } }, "body_invalid"),
  changed("an unknown device", { body: { deviceId: "none" } }, "device_unknown"),
  changed("the device __proto__", { body: { deviceId: "__proto__" } }, "device_unknown"),
  changed("another system's device", { body: { deviceId: otherDoor.id } }, "device_unknown"),
  changed("the holder constructor", request({ holderId: "constructor" }), "holder_unknown"),
  changed("a card of nobody", request({ cardNumber: "1", facilityCode: "1" }), "holder_required"),
  changed("the credential __proto__", request({ credentialId: "__proto__" }), "holder_required"),
  changed("a card below 0", request({ cardNumber: -1 }), "body_invalid"),
  changed("a card of 1e21", request({ cardNumber: 1e21 }), "body_invalid"),
  changed("a card that is an object", request({ cardNumber: { toString: "1" } }), "body_invalid"),
  changed("a factor of 1,025 characters", request({ requestFactor: "x".repeat(1025) }), "body_invalid"),
  changed("a lone surrogate in a factor", request({ requestFactor: "\ud800" }), "body_invalid"),
  changed("a lone surrogate on a card", request({ cardNumber: "1\udc00" }), "body_invalid"),
  changed("a lone surrogate in a device", { body: { deviceId: "\ud800" } }, "body_invalid"),
  changed(
    "a connection that there is not",
    { topic: "endpoint.sync.started", body: { connectionId: "none", address: "", type: "people" } },
    "connection_unknown",
  ),
]

export const reportCases = casesOf(
  "a report",
  fields.map(([name, body, code]) => [name, (site) => posts(site, body), `200 ${code}`]),
)
