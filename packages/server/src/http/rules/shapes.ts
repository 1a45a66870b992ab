/** Rules as REST shows them. */
import type { Rule } from "@doorstream/contract"

export const showRule = (rule: Rule) => ({
  id: rule.id,
  externalId: rule.externalId,
  name: rule.name,
  type: rule.type,
  allow: rule.allow,
  authenticationPolicy: rule.authenticationPolicy,
  groups: rule.groups,
  holders: rule.holders,
  devices: rule.devices,
  startTime: rule.startTime,
  stopTime: rule.stopTime,
  recurring: rule.recurring,
  created: rule.created,
})
