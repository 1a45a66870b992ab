/**
 * Who may enter where, when and by what: the controller's answer to what is shown at a reader, by the rules (README,
 * "Rules"). It must not know in what state a door is.
 */
import type { Credential, RequestFactor, Rule } from "@doorstream/contract"
import { createClocks, type Clocks } from "./clocks.js"
import type { Read } from "./door.js"
import type { Person, Plan, PlannedRule } from "./plan.js"
import { createSchedule, holdsAt, type Schedule } from "./schedule.js"
import type { WallClock } from "./wall-clock.js"

/** What stands on a card. */
export type Card = Pick<Credential, "facilityCode" | "cardNumber">

/** What somebody shows at a reader: a card, a PIN, or a card and then a PIN. */
export interface Shown {
  readonly card?: Card
  /**
   * The id of the holder whose PIN is typed; any other text is nobody's PIN. The registry keeps PINs so that nobody can
   * read them, so nobody here knows them either.
   */
  readonly pinOf?: string
}

export interface Control {
  /** What the reader at this door answers, `at` in milliseconds since 1970. */
  decide(shown: Shown, deviceId: string, at: number): Read
  /** What the holder would be answered who does whatever the door asks: how a virtual read is answered. */
  decideFor(holderId: string, deviceId: string, at: number): Read
  /** What this holder would show at this door at this moment; undefined for who has nothing to show there, or is not known. */
  show(holderId: string, deviceId: string, at: number): Shown | undefined
  /** Whether there is such a holder. */
  knows(holderId: string): boolean
}

type Policy = NonNullable<Rule["authenticationPolicy"]>

interface AccessRule {
  readonly allow: boolean
  readonly policy: Policy
  readonly covers: (holder: Person) => boolean
  readonly schedule: Schedule
}

interface Found {
  readonly holder: Person
  readonly credential?: Credential
}

const keyOf = ({ facilityCode, cardNumber }: Card): string => `${facilityCode}:${cardNumber}`

/** Whether the holder is enabled and inside the dates. */
const isActive = ({ enabled, activeDate, expireDate }: Person, at: number): boolean =>
  enabled &&
  (activeDate === null || Date.parse(activeDate) <= at) &&
  (expireDate === null || at < Date.parse(expireDate))

/** A rule that denies and names nobody is for everybody: a holiday. One that allows and names nobody is for nobody. */
function accessRule(rule: PlannedRule): AccessRule {
  const [groups, holders] = [new Set(rule.groups), new Set(rule.holders)]
  const isForAll = !rule.allow && groups.size === 0 && holders.size === 0
  return {
    allow: rule.allow,
    policy: rule.authenticationPolicy ?? "cardOnly",
    covers: (holder) =>
      isForAll || holders.has(holder.id) || (holder.groups ?? []).some((group) => groups.has(group)),
    schedule: createSchedule(rule),
  }
}

/** The factor by which what is shown satisfies a policy; undefined when it does not. */
function factorFor(policy: Policy, card: boolean, pin: boolean): RequestFactor | undefined {
  switch (policy) {
    case "cardOnly":
      return card ? "CARD_ONLY" : undefined
    case "pinOnly":
      return pin ? "PIN_ONLY" : undefined
    case "cardOrPin":
      return card ? "CARD_ONLY" : pin ? "PIN_ONLY" : undefined
    case "cardAndPin":
      return card && pin ? "CARD_AND_PIN" : undefined
  }
}

const factorShown = ({ card, pinOf }: Shown): RequestFactor =>
  card === undefined ? "PIN_ONLY" : pinOf === undefined ? "CARD_ONLY" : "CARD_AND_PIN"

/** What a reader asks for where these policies hold: the least of it that this holder can show. */
function leastShown(
  { id: pinOf, credentials: [card] }: Person,
  policies: readonly Policy[],
): Shown | undefined {
  const some = (...wanted: readonly Policy[]) => policies.some((policy) => wanted.includes(policy))
  if (card !== undefined && (policies.length === 0 || some("cardOnly", "cardOrPin"))) return { card }
  if (some("pinOnly", "cardOrPin")) return { pinOf }
  return card && { card, pinOf }
}

const onCard = ({ facilityCode, cardNumber }: Card): Card => ({ facilityCode, cardNumber })

const requestOf = ({ holder, credential }: Found) => ({
  holderId: holder.id,
  ...(credential && { credentialId: credential.id, ...onCard(credential) }),
})

interface Book {
  /** Every rule of this door that lets anybody in at any time. */
  allowing(deviceId: string): readonly AccessRule[]
  /** The rules that let this holder in at this moment; none as soon as one denies. */
  admitting(holder: Person, deviceId: string, at: number): readonly AccessRule[]
}

/** The access rules by door, with the clock of the wall at which each door is. */
function createBook({ devices, rules }: Plan, clocks: Clocks): Book {
  const places = new Map<string, { clock: WallClock; rules: AccessRule[] }>()
  for (const device of devices) places.set(device.id, { clock: clocks.of(device), rules: [] })
  for (const rule of rules.filter(({ type }) => type === "access")) {
    const access = accessRule(rule)
    for (const id of rule.devices) places.get(id)?.rules.push(access)
  }
  return {
    allowing: (deviceId) => (places.get(deviceId)?.rules ?? []).filter(({ allow }) => allow),
    admitting(holder, deviceId, at) {
      const place = places.get(deviceId)
      if (place === undefined || !isActive(holder, at)) return []
      const held = place.rules.filter(
        ({ covers, schedule }) => covers(holder) && holdsAt(schedule, place.clock, at),
      )
      return held.every(({ allow }) => allow) ? held : []
    },
  }
}

const policiesOf = (rules: readonly AccessRule[]): Policy[] => rules.map(({ policy }) => policy)

/** Whose card it is, or PIN where there is no card. */
function createFind({ holders }: Plan): (shown: Shown) => Found | undefined {
  const people = new Map(holders.map((holder) => [holder.id, holder]))
  const cards = new Map<string, Found>()
  for (const holder of holders)
    for (const credential of holder.credentials) cards.set(keyOf(credential), { holder, credential })
  return ({ card, pinOf = "" }) => {
    if (card !== undefined) return cards.get(keyOf(card))
    const holder = people.get(pinOf)
    return holder && { holder }
  }
}

/**
 * Makes the answers by a plan's rules: unknown for what is nobody's (a card is turned away before any PIN is asked),
 * denied for a holder whom the dates or the rules keep out or who shows too little, allowed for the others.
 * Throws a RangeError when a rule has a time that is none, or a door no cloud node.
 */
export function createControl(plan: Plan, clocks: Clocks = createClocks(plan)): Control {
  const find = createFind(plan)
  const book = createBook(plan, clocks)
  const decide: Control["decide"] = (shown, deviceId, at) => {
    const { card, pinOf } = shown
    const found = find(shown)
    if (found === undefined)
      return card === undefined
        ? { decision: "unknown", requestFactor: "PIN_ONLY" }
        : { decision: "unknown", requestFactor: "CARD_ONLY", ...onCard(card) }
    const requestFactor = policiesOf(book.admitting(found.holder, deviceId, at))
      .map((policy) => factorFor(policy, card !== undefined, pinOf === found.holder.id))
      .find((factor) => factor !== undefined)
    return requestFactor === undefined
      ? { decision: "denied", requestFactor: factorShown(shown), ...requestOf(found) }
      : { decision: "allowed", requestFactor, ...requestOf(found) }
  }
  return {
    decide,
    knows: (holderId) => find({ pinOf: holderId }) !== undefined,
    show(holderId, deviceId, at) {
      const holder = find({ pinOf: holderId })?.holder
      if (holder === undefined) return undefined
      const admitting = book.admitting(holder, deviceId, at)
      return leastShown(holder, policiesOf(admitting.length > 0 ? admitting : book.allowing(deviceId)))
    },
    decideFor(holderId, deviceId, at) {
      const found = find({ pinOf: holderId })
      if (found === undefined) return { decision: "unknown", requestFactor: "CARD_ONLY" }
      const [card] = found.holder.credentials
      const read = decide({ pinOf: holderId, ...(card && { card }) }, deviceId, at)
      return read.decision === "denied" ? { ...read, requestFactor: "CARD_ONLY" } : read
    },
  }
}
