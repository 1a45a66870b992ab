/** Reads the objects of a registry out of what was told over the link. It must not know where they go. */
import {
  authenticationPolicies,
  ruleTypes,
  weekdays,
  type Credential,
  type Device,
  type Holder,
  type Rule,
} from "@doorstream/contract"
import { asText, asTextOrNull, asWhole, isObject, type JsonObject } from "../json.js"

export function deviceFrom(json: JsonObject, cloudNodeId: string): Device {
  return {
    id: asText(json.id),
    cloudNodeId,
    connectionId: asText(json.connectionId),
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

export const ruleFrom = (json: JsonObject): Rule => ({
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

export const holderFrom = (json: JsonObject): Holder => ({
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
