/** `doorstream trigger`: makes one thing happen in a virtual building that runs on this machine. */
import { isTopicName, topicEntry, topicNames, type TopicName } from "@doorstream/contract"
import { readDuration, type Triggered } from "@doorstream/simulator"
import { readAccount } from "../account.js"
import { findBuildings, type FoundBuilding } from "../buildings/find-buildings.js"
import { columns } from "../columns.js"
import { openEar } from "../ear.js"
import { didYouMean } from "../nearest.js"
import { Plight, remark, say } from "../say.js"

export interface TriggerOptions {
  readonly door?: string
  readonly system?: string
  readonly wait?: string
}

type Done = Extract<Triggered, { readonly door: string }>

function listTopics(): void {
  const rows = topicNames.map((name) => [name, topicEntry(name).means])
  say(columns(["TOPIC", "MEANS"], rows).join("\n"))
}

function readTopic(text: string): TopicName {
  if (isTopicName(text)) return text
  throw new Plight(
    `There is no topic ${text}.${didYouMean(text, topicNames)} doorstream trigger lists all that there are.`,
  )
}

function readPatience(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const patience = readDuration(text)
  if (patience === undefined || patience === 0)
    throw new Plight(`--wait must be a duration such as 30s, 5m or 1h30m; it is "${text}".`)
  return patience
}

/** The buildings of one system: of the one that is chosen, else of the only one that has any. */
async function choose(chosen: string | undefined): Promise<readonly FoundBuilding[]> {
  const all = await findBuildings()
  const systems = [...new Set(all.map(({ systemId }) => systemId))]
  const start =
    "Start one in another terminal, with `npm start` or `doorstream simulate`, as the same user of this machine."
  if (all.length === 0) throw new Plight(`No virtual building runs on this machine. ${start}`)
  if (chosen === undefined) {
    if (systems.length === 1) return all
    throw new Plight(`Buildings of several systems run here; choose one with --system: ${systems.join(", ")}`)
  }
  const meant = all.filter(({ systemId }) => systemId === chosen)
  if (meant.length === 0)
    throw new Plight(
      `No virtual building of system ${chosen} runs on this machine; there is one of ${systems.join(", ")}. ${start}`,
    )
  return meant
}

/** Asks one after the other until it has happened in one: the one that has the door, where one is named. */
async function askAll(
  buildings: readonly FoundBuilding[],
  topic: TopicName,
  door: string | undefined,
): Promise<Done> {
  const reasons = new Set<string>()
  for (const building of buildings) {
    const said = await building
      .ask({ ask: "trigger", topic, ...(door !== undefined && { door }) })
      .catch((error: unknown) => ({ fault: (error as Error).message }))
    if ("door" in said) return said
    if ("impossible" in said) reasons.add(said.impossible)
    else if ("fault" in said) reasons.add(said.fault)
  }
  throw new Plight([...reasons].map((reason) => `${topic} cannot happen: ${reason}`).join("\n"))
}

/** Only what happens at doors is at a door; else what was done says where. */
function wordsOf(topic: TopicName, { door, cloudNode, did }: Done): string {
  const isAtDoor = topic.startsWith("device.") || topic === "liveEvent"
  const head = isAtDoor ? `${topic} at ${door}, ${cloudNode}:` : `${topic}:`
  return [head, ...did.map((one) => `  ${one}`)].join("\n")
}

/** Whether an event can be the one: those of doors tell which door. */
const isAt =
  (topic: TopicName, { door }: Done) =>
  (event: unknown): boolean => {
    const { body } = event as { readonly body?: { readonly device?: { id?: string; name?: string } } }
    const device = topic.startsWith("device.") ? body?.device : undefined
    return device === undefined || device.name === door || device.id === door
  }

export async function trigger(
  text: string | undefined,
  { door, system, wait }: TriggerOptions,
): Promise<void> {
  if (text === undefined) return listTopics()
  const topic = readTopic(text)
  const patience = readPatience(wait)
  const buildings = await choose(system ?? (process.env["DOORSTREAM_SYSTEM"] || undefined))
  if (patience === undefined) return say(wordsOf(topic, await askAll(buildings, topic, door)))
  const [{ systemId }] = buildings as [FoundBuilding]
  const ear = await openEar({ ...readAccount(process.env), systemId }, topic)
  try {
    const done = await askAll(buildings, topic, door)
    remark(wordsOf(topic, done))
    const event = await ear.hear(isAt(topic, done), patience)
    if (event === undefined) throw new Plight(`${topic} was not heard within ${wait}.`)
    say(JSON.stringify({ topic, event }))
  } finally {
    ear.close()
  }
}
