import { describe, expect, it } from "vitest"
import { isRefusal, isReportable, topicNames, type Report } from "@doorstream/contract"
import {
  causeOf,
  composeSample,
  fixture,
  registryOf,
  samples,
  system,
  textOf,
  type Reported,
} from "./compose.suite.js"
import { composeReport } from "./compose.js"
import type { Entry } from "./ports.js"

describe("An event", () => {
  for (const { topic, composed, expected, difference } of samples())
    it(`is composed as the specification shows ${topic}${difference === undefined ? "" : `, but for ${difference}`}`, () => {
      expect(composed).toBe(expected)
    })

  it("differs from the specification's sample only where that contradicts itself", () => {
    const differing = samples().filter(({ difference }) => difference !== undefined)
    expect(differing.map(({ topic }) => topic)).toEqual([
      "cloudnode.registered",
      "cloudnode.unregistered",
      ...topicNames.filter((topic) => /^device\.(alarm|forceclose|forceopen|input)\./.test(topic)),
    ])
    for (const { topic, expected } of samples().filter(({ difference }) => difference === undefined))
      expect(expected).toBe(JSON.stringify(fixture(topic)))
  })

  it("takes holder and credential from the card where the report names none", () => {
    const { events, sample } = composeSample("device.request.allowed", (report) => {
      const { holderId: _, credentialId: __, ...body } = report.body
      return { ...report, body }
    })
    expect(textOf(events)).toBe(JSON.stringify(sample))
  })

  it("has ids where the report has names of the user's choice", () => {
    const sample = fixture("device.request.allowed") as Reported
    const { node, report, device, holder } = causeOf("device.request.allowed", sample)
    const [card] = holder.credentials
    const known = registryOf({
      device: { ...device, externalId: "front" },
      holder: { ...holder, externalId: "7", credentials: [{ ...card!, externalId: "badge" }] },
    })
    const eventOf = (body: Report["body"]) =>
      textOf(composeReport({ ...report, body }, node, system, known, sample.id) as Entry["events"])
    const named = { ...report.body, deviceId: "front", holderId: "7", credentialId: "badge" }
    expect(eventOf(named)).toBe(JSON.stringify(sample))
    const { holderId: _, ...byCard } = named
    expect(eventOf(byCard)).toBe(JSON.stringify(sample))
  })

  it("leaves out what the cloud node did not know", () => {
    const { events } = composeSample("device.request.unknown", (report) => ({
      ...report,
      body: { deviceId: report.body.deviceId! },
    }))
    expect(Object.keys((JSON.parse(textOf(events)) as Reported).body)).toEqual(["deviceId", "device"])
  })
})

describe("A report that names what is not there", () => {
  const sample = fixture("device.request.allowed") as Reported
  const { node, report, device, holder, registry } = causeOf("device.request.allowed", sample)
  const codeOf = (body: Report["body"], known = registry, from = node): string => {
    const composed = composeReport({ ...report, body }, from, system, known, "fresh")
    return isRefusal(composed) ? composed.code : "composed"
  }

  it("is refused for a device that the registry does not know", () => {
    expect(codeOf({ ...report.body, deviceId: "another" })).toBe("device_unknown")
  })
  it("is refused for a device of another cloud node", () => {
    expect(codeOf(report.body, registryOf({ device: { ...device, cloudNodeId: "other" }, holder }))).toBe(
      "device_unknown",
    )
  })
  it("is refused for a holder that the registry does not know", () => {
    expect(codeOf({ ...report.body, holderId: "another" })).toBe("holder_unknown")
  })
  it("is refused when nothing tells who asked", () => {
    expect(codeOf({ deviceId: device.id, facilityCode: "0", cardNumber: "0" })).toBe("holder_required")
  })
  it("is refused for a connection of another cloud node", () => {
    const endpoint = causeOf("endpoint.sync.started", fixture("endpoint.sync.started") as Reported)
    const elsewhere = { ...endpoint.node, id: "elsewhere" }
    const composed = composeReport(endpoint.report, elsewhere, system, endpoint.registry, "fresh")
    expect(isRefusal(composed) && composed.code).toBe("connection_unknown")
  })
})

describe("A liveEvent", () => {
  const infoBeside = (topic: Report["topic"], requestFactor?: string): string | undefined => {
    const { events } = composeSample(topic, (report) => {
      const { requestFactor: _, ...body } = report.body
      return { ...report, body: requestFactor === undefined ? body : { ...body, requestFactor } }
    })
    return events[1] && (JSON.parse(events[1].text) as { info: string }).info
  }

  it("says by which factor somebody asked", () => {
    expect(infoBeside("device.request.denied", "PIN_ONLY")).toContain("Access denied. Person used PIN")
    expect(infoBeside("device.request.allowed", "CARD_AND_PIN")).toContain("Person used card and PIN")
  })

  it("says nothing of a factor that it has no words for", () => {
    expect(infoBeside("device.request.allowed", "FACE")).toMatch(/Access allowed\.$/)
    expect(infoBeside("device.request.allowed")).toMatch(/Access allowed\.$/)
  })

  it("stands beside requests, alarms and modes, and not beside inputs or syncing", () => {
    const told = topicNames.filter((topic) => isReportable(topic) && composeSample(topic).events.length === 2)
    expect(told).toHaveLength(13)
    expect(told.filter((topic) => /\.(input|sync)\./.test(topic))).toEqual([])
  })
})
