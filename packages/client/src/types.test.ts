import {
  reportableTopics,
  reportFields,
  topics,
  type EventOf,
  type Gap,
  type ReportableTopic,
  type StreamState,
  type TopicName,
} from "@doorstream/contract"
import { describe, expect, expectTypeOf, it } from "vitest"
import type { EventsByTopic } from "./events-by-topic.js"
import type * as events from "./events.js"
import type { BodyOf, HeardGap } from "./heard.js"
import { listen } from "./listen.js"
import { on, type Hearers } from "./on.js"
import type { NewReport, NewReportOf } from "./report.js"
import type { MeantBy, Word } from "./topics.js"

const settings = { url: "http://door.test", systemId: "s", token: "t" }

/** What a loop over it is given. */
type Given<L> = L extends AsyncIterable<infer E> ? E : never

describe("What a loop is given", () => {
  it("is of the topics that were asked for, and of no others", () => {
    const forced = listen({ ...settings, topics: ["device.alarm.forced"] })
    expectTypeOf<Given<typeof forced>>().toEqualTypeOf<events.DeviceAlarmForced>()
    const two = listen({ ...settings, topics: ["sync.synced", "liveEvent"] })
    expectTypeOf<Given<typeof two>["topic"]>().toEqualTypeOf<"sync.synced" | "liveEvent">()
  })

  it("is narrowed by its topic to the body that the topic has", () => {
    const listening = listen({ ...settings, topics: ["device.request.*", "sync.*"] })
    type Event = Given<typeof listening>
    expectTypeOf<Event["topic"]>().toEqualTypeOf<
      | "device.request.allowed"
      | "device.request.denied"
      | "device.request.unknown"
      | "sync.not_synced"
      | "sync.synced"
    >()
    type Denied = Extract<Event, { topic: "device.request.denied" }>
    expectTypeOf<Denied["body"]["holder"]["name"]>().toBeString()
    expectTypeOf<Denied["body"]["cardNumber"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Denied["event"]["occurred"]>().toBeNumber()
    type Unknown = Extract<Event, { topic: "device.request.unknown" }>
    expectTypeOf<Unknown["body"]>().not.toHaveProperty("holder")
    type Synced = Extract<Event, { topic: "sync.synced" }>
    expectTypeOf<Synced["body"]["details"]["timestamp"]>().toBeNumber()
  })

  it("has gaps and states where those are asked for", () => {
    const plain = listen({ ...settings, topics: ["*"] })
    expectTypeOf<Given<typeof plain>["topic"]>().toEqualTypeOf<TopicName>()
    const told = listen({ ...settings, topics: ["*"], gaps: "yield", state: true })
    type Told = Given<typeof told>
    expectTypeOf<Told["topic"]>().toEqualTypeOf<TopicName | "stream.gap" | "stream.state">()
    expectTypeOf<Extract<Told, { topic: "stream.gap" }>["body"]>().toEqualTypeOf<Gap>()
    expectTypeOf<Extract<Told, { topic: "stream.state" }>["body"]>().toEqualTypeOf<StreamState>()
    expectTypeOf<HeardGap>().toExtend<Told>()
  })

  it("cannot be of a topic that does not exist", () => {
    expectTypeOf<"device.alarm.forcd">().not.toExtend<Word>()
    expectTypeOf<"device.*" | "device.alarm.*" | "endpoint.sync.*" | "*">().toExtend<Word>()
    // @ts-expect-error -- There is no such topic.
    listen({ ...settings, topics: ["device.alarm.forcd"] })
    // @ts-expect-error -- No topic stands below it.
    listen({ ...settings, topics: ["sync.synced.*"] })
  })
})

describe("A topic's type", () => {
  it("is there for each topic, with the body and the event of the contract", () => {
    expectTypeOf<keyof EventsByTopic>().toEqualTypeOf<TopicName>()
    type Wrong = {
      [N in TopicName]: EventsByTopic[N] extends {
        topic: N
        body: BodyOf<N>
        event: EventOf<N>
        cursor: string
      }
        ? never
        : N
    }[TopicName]
    expectTypeOf<Wrong>().toBeNever()
    expectTypeOf<BodyOf<"device.autoopen.on">>().toEqualTypeOf<EventOf<"device.autoopen.on">["body"]>()
    expectTypeOf<BodyOf<"cloudnode.connected">>().toEqualTypeOf<EventOf<"cloudnode.connected">>()
    expectTypeOf<MeantBy<"sync.*">>().toEqualTypeOf<"sync.not_synced" | "sync.synced">()
  })
})

describe("A function that hears", () => {
  it("is given what its topic or wildcard means", () => {
    type HeardBy<W extends keyof Hearers> = Parameters<NonNullable<Hearers[W]>>[0]
    expectTypeOf<HeardBy<"device.alarm.forced">>().toEqualTypeOf<events.DeviceAlarmForced>()
    expectTypeOf<HeardBy<"sync.*">>().toEqualTypeOf<events.SyncSynced | events.SyncNotSynced>()
    // @ts-expect-error -- There is no such topic.
    on({ ...settings, signal: AbortSignal.abort() }, { "device.alarm.forcd": () => undefined })
  })
})

describe("A report", () => {
  it("has the body that its topic has, and no other", () => {
    expectTypeOf<NewReport["topic"]>().toEqualTypeOf<ReportableTopic>()
    type Opened = NewReportOf<"device.input.dps.opened">
    expectTypeOf<Opened["body"]>().toEqualTypeOf<{ readonly deviceId: string }>()
    type Denied = NewReportOf<"device.request.denied">
    expectTypeOf<Denied["body"]["cardNumber"]>().toEqualTypeOf<string | number | undefined>()
    type Finished = NewReportOf<"endpoint.sync.finished">
    expectTypeOf<keyof Finished["body"]>().toEqualTypeOf<"connectionId" | "address" | "type">()
    const of = (report: NewReport): NewReport => report
    of({ topic: "device.input.dps.opened", occurred: 1, body: { deviceId: "d" } })
    // @ts-expect-error -- Nobody stands beside a door that opens.
    of({ topic: "device.input.dps.opened", occurred: 1, body: { deviceId: "d", holderId: "h" } })
    // @ts-expect-error -- No cloud node reports it.
    of({ topic: "sync.synced", occurred: 1, body: { deviceId: "d" } })
  })

  it("may hold what the server reads of its topic", () => {
    const keysOf = (name: ReportableTopic): string[] => Object.keys(reportFields(name))
    for (const name of reportableTopics)
      if (name.startsWith("device.request.")) expect(keysOf(name)).toEqual(keysOf("device.request.allowed"))
      else expect(keysOf(name)).toEqual(Object.keys(topics[name].body))
  })
})
