/** Reads over REST what a system's buildings are made of. It must not know what goes on in them. */
import {
  authenticationPolicies,
  ruleTypes,
  weekdays,
  type Credential,
  type Device,
  type Holder,
  type Rule,
} from "@doorstream/contract"
import { refusedFault, type Ask } from "./api-session.js"
import { customaryRules, type Plan } from "./building/plan.js"
import { demoBuilding } from "./demo-building.js"
import { isTimezone } from "./building/wall-clock.js"
import { asText, asTextOrNull, asWhole, isObject, type JsonObject } from "./json.js"

/** What stands behind one cloud node. */
export interface CloudNodePlan extends Plan {
  readonly cloudNodeId: string
}

const perPage = 100

/**
 * Reads all cloud nodes of a system that have doors, with their doors and the system's holders. Where it has no rules,
 * the demo's doors follow the demo's own, and others let everybody in.
 * Rejects with a LinkFault when the server cannot be reached or refuses.
 */
export async function readBuilding(ask: Ask, systemId: string): Promise<CloudNodePlan[]> {
  const system = `/${encodeURIComponent(systemId)}`
  const holders = (await readAll(ask, `${system}/holders`)).map(holderFrom)
  const written = (await readAll(ask, `${system}/rules`)).map(ruleFrom)
  const plans: CloudNodePlan[] = []
  for (const node of await readAll(ask, `${system}/cloud-nodes`)) {
    const cloudNodeId = asText(node.id)
    const read = await readAll(ask, `${system}/cloud-nodes/${encodeURIComponent(cloudNodeId)}/devices`)
    const devices = read.map((device) => deviceFrom(device, cloudNodeId))
    const connectionIds = new Set(devices.map(({ connectionId }) => connectionId).filter((id) => id !== ""))
    const connections = [...connectionIds].map((id) => ({ id, cloudNodeId }))
    if (devices.length === 0) continue
    const cloudNodes = [{ id: cloudNodeId, timezone: asTimezone(node.timezone) }]
    const rules = written.length > 0 ? written : customaryRules({ devices, holders }, demoBuilding.rules)
    const { rexUnlocks } = demoBuilding
    plans.push({ cloudNodeId, cloudNodes, devices, connections, holders, rules, rexUnlocks })
  }
  return plans
}

async function readAll(ask: Ask, path: string): Promise<JsonObject[]> {
  const all: JsonObject[] = []
  for (let page = 0; ; page++) {
    const answer = await ask("GET", `${path}?page=${page}&per_page=${perPage}`)
    if (answer.status !== 200 || !Array.isArray(answer.body))
      throw refusedFault(`GET ${path} is refused`, answer)
    all.push(...answer.body.filter(isObject))
    if (answer.body.length === 0 || all.length >= (answer.total ?? Infinity)) return all
  }
}

/** The time zone as it stands; UTC for one that this machine does not know. */
function asTimezone(value: unknown): string {
  const timezone = asText(value, "UTC")
  return isTimezone(timezone) ? timezone : "UTC"
}

function deviceFrom(json: JsonObject, cloudNodeId: string): Device {
  const connection = isObject(json.connection) ? json.connection : {}
  return {
    id: asText(json.id),
    cloudNodeId,
    connectionId: asText(connection.id),
    name: asText(json.name),
    port: asWhole(json.port, 0, 0),
    type: asText(json.type),
    dwell: asWhole(json.dwell, 1, 30),
    propDelay: asWhole(json.propDelay, 1, 300),
    delay: asWhole(json.delay, 0, 0),
    dps: json.dps === true,
    rex: json.rex === true,
    propAlarm: json.propAlarm === true,
    forcedAlarm: json.forcedAlarm === true,
    autoOpenAfterFirstAllow: json.autoOpenAfterFirstAllow === true,
    created: asText(json.created),
  }
}

const asTexts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((text) => typeof text === "string") : []

/** One of these words; the first one, unless it is any. */
const asWord = <T extends string>(value: unknown, words: readonly T[]): T =>
  words.find((word) => word === value) ?? (words[0] as T)

const ruleFrom = (json: JsonObject): Rule => ({
  id: asText(json.id),
  name: asText(json.name),
  type: asWord(json.type, ruleTypes),
  allow: json.allow !== false,
  authenticationPolicy: asWord(json.authenticationPolicy, authenticationPolicies),
  groups: asTexts(json.groups),
  holders: asTexts(json.holders),
  devices: asTexts(json.devices),
  startTime: asText(json.startTime, "00:00"),
  stopTime: asText(json.stopTime, "24:00"),
  recurring: weekdays.filter((day) => asTexts(json.recurring).includes(day)),
  created: asText(json.created),
})

const holderFrom = (json: JsonObject): Holder => ({
  id: asText(json.id),
  firstName: asText(json.firstName),
  lastName: asText(json.lastName),
  enabled: json.enabled !== false,
  activeDate: asTextOrNull(json.activeDate),
  expireDate: asTextOrNull(json.expireDate),
  groups: asTexts(json.groups),
  credentials: Array.isArray(json.credentials) ? json.credentials.filter(isObject).map(credentialFrom) : [],
})

const credentialFrom = ({ id, facilityCode, cardNumber }: JsonObject): Credential => ({
  id: asText(id),
  facilityCode: asText(facilityCode),
  cardNumber: asText(cardNumber),
})
