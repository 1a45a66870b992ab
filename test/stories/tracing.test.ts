/** The spans that an OpenTelemetry SDK sees, when the process has one. */
import { context, trace } from "@opentelemetry/api"
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-node"
import { afterAll, beforeAll, expect, it } from "vitest"
import { doorReport, openHouse, systemId, type House } from "../support/house.js"
import { listen } from "../support/listeners.js"

const exporter = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })

let house: House
beforeAll(async () => {
  provider.register()
  house = await openHouse()
})
afterAll(async () => {
  await house.close()
  await provider.shutdown()
  trace.disable()
  context.disable()
})

const opened = "device.input.dps.opened"
const parentOf = (span: ReadableSpan | undefined): string | undefined => span?.parentSpanContext?.spanId

it("A report is one trace: taken in, appended and delivered", async () => {
  const listening = await listen(house.url, await house.token(), [opened])
  exporter.reset()
  await house.report([doorReport(opened), { ...doorReport(opened), id: "" }])
  await listening.heard.atLeast(1)
  const spans = exporter.getFinishedSpans()
  const named = (name: string) => spans.find((span) => span.name === `doorstream.${name}`)
  const [intake, append, deliver] = [named("intake"), named("append"), named("deliver")]
  expect(intake?.attributes).toEqual({
    "doorstream.system": systemId,
    "doorstream.reports": 2,
    "doorstream.reports.refused": 1,
  })
  expect(parentOf(append)).toBe(intake?.spanContext().spanId)
  expect(parentOf(deliver)).toBe(append?.spanContext().spanId)
  expect(deliver?.attributes).toMatchObject({ "doorstream.position": 1, "doorstream.events": 1 })
  listening.close()
})

it("A request that is refused as a whole says so in its span", async () => {
  exporter.reset()
  await house.post(`/${systemId}/cloud-nodes/nobody/reports`, "[]", await house.token())
  const spans = exporter.getFinishedSpans()
  expect(spans.map(({ attributes }) => attributes["doorstream.refused"])).toEqual(["cloud_node_unknown"])
})
