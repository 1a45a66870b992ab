/** Reports as they come from outside: which are read, and by which code the others are refused. */
import { describe, expect, it } from "vitest"
import { latestOccurred, reportFields, reportIdLength, reportableTopics, topicNames } from "../index.js"
import { readReport } from "./index.js"

const opened = {
  id: "r-1",
  topic: "device.input.dps.opened",
  occurred: 1712593100540,
  body: { deviceId: "d-1" },
}

const codeOf = (report: unknown): string => {
  const read = readReport(report)
  return "code" in read ? read.code : "read"
}

describe("A report", () => {
  it("is read as it was written", () => {
    expect(readReport(opened)).toEqual(opened)
  })

  it.each(reportableTopics)("may be of the topic %s, with all that its body can hold", (topic) => {
    const body = Object.fromEntries(Object.keys(reportFields(topic)).map((key) => [key, `a ${key}`]))
    expect(readReport({ ...opened, topic, body })).toEqual({ ...opened, topic, body })
  })

  it("loses what its topic does not ask for, beside the body and in it", () => {
    const wordy = { ...opened, extra: 1, body: { deviceId: "d-1", device: { name: "mine" } } }
    expect(readReport(wordy)).toEqual(opened)
  })

  it.each([undefined, null, true, 7, "text", [], [opened], () => opened])("is not %s", (value) => {
    expect(codeOf(value)).toBe("report_invalid")
  })
})

describe("A report's id", () => {
  it.each(["1", "x".repeat(reportIdLength), "🚪".repeat(reportIdLength), "__proto__", " ", "\u0000"])(
    "may be any text of 1 to 128 characters: %j",
    (id) => expect(codeOf({ ...opened, id })).toBe("read"),
  )

  it.each([
    undefined,
    null,
    7,
    {},
    "",
    "x".repeat(reportIdLength + 1),
    "🚪".repeat(reportIdLength + 1),
    "half a pair: \ud83d",
  ])("may not be %j", (id) => expect(codeOf({ ...opened, id })).toBe("report_id_invalid"))
})

describe("A report's topic", () => {
  it.each([undefined, null, 7, "", "*", "device.*", "device.request", "constructor", "__proto__"])(
    "is not %j",
    (topic) => expect(codeOf({ ...opened, topic })).toBe("topic_unknown"),
  )

  it.each(topicNames.filter((name) => !/^(device|endpoint)\./.test(name)))(
    "is not one that the server raises itself: %s",
    (topic) => expect(codeOf({ ...opened, topic })).toBe("topic_not_reportable"),
  )
})

describe("The time at which a report occurred", () => {
  it.each([0, -0, 1, latestOccurred])(
    "may be %d: the clocks of cloud nodes are wrong at times",
    (occurred) => {
      expect(codeOf({ ...opened, occurred })).toBe("read")
    },
  )

  it.each([undefined, null, "1712593100540", -1, 0.5, NaN, Infinity, latestOccurred + 1, 1n, new Date(0)])(
    "may not be %s",
    (occurred) => expect(codeOf({ ...opened, occurred })).toBe("occurred_invalid"),
  )
})

describe("A report's body", () => {
  const request = { ...opened, topic: "device.request.allowed" }

  it("of a request holds as much as the cloud node knows", () => {
    for (const known of [{}, { holderId: "h-1" }, { cardNumber: "26858", facilityCode: "77" }])
      expect(codeOf({ ...request, body: { deviceId: "d-1", ...known } })).toBe("read")
  })

  it.each([
    undefined,
    null,
    [],
    "d-1",
    {},
    { deviceId: null },
    { deviceId: 1 },
    { deviceId: "" },
    { deviceId: "d".repeat(129) },
    { deviceId: "d-1", holderId: 7 },
    { deviceId: "d-1", cardNumber: 26858.5 },
    { deviceId: "d-1", cardNumber: true },
    { deviceId: "d-1", cardNumber: "1".repeat(1025) },
  ])("is refused when it is %j", (body) => {
    expect(codeOf({ ...request, body })).toBe("body_invalid")
  })

  it("may have integers for what is on the card, as REST shows it, and null for what is not known", () => {
    const body = { deviceId: "d-1", holderId: null, facilityCode: 77, cardNumber: 26858 }
    expect(readReport({ ...request, body })).toMatchObject({
      body: { facilityCode: "77", cardNumber: "26858" },
    })
  })

  it("is refused with the name of the first field that is wrong", () => {
    expect(readReport({ ...request, body: { deviceId: "d-1", cardNumber: [] } })).toMatchObject({
      message: expect.stringContaining("body.cardNumber: "),
    })
    expect(readReport({ ...request, body: 7 })).toMatchObject({ message: expect.stringContaining("body: ") })
  })

  it("of a controller's syncing needs all three of its fields, the address may be empty", () => {
    const started = { ...opened, topic: "endpoint.sync.started" }
    const body = { connectionId: "c-1", address: "", type: "ao_rules" }
    expect(codeOf({ ...started, body })).toBe("read")
    for (const key of Object.keys(body))
      expect(codeOf({ ...started, body: { ...body, [key]: undefined } })).toBe("body_invalid")
  })
})
