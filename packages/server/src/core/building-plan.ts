/**
 * What must be done to a system so that it is what the file of a building says: every object of the file is there as it
 * is written, and no other. It must not know how the file was read, nor make a change.
 */
import {
  isRefusal,
  refusals,
  type BuildingFile,
  type BuildingStep,
  type Fault,
  type Listed,
  type ListedCloudNode,
  type ListedHolder,
  type Refusal,
} from "@doorstream/contract"
import { stepOf } from "./building-steps.js"
import type { Change, Kinds, Registry, SystemId } from "./ports.js"
import { writtenInto, type Given } from "./writing.js"

type Asked = Pick<Registry, "find" | "findNamed" | "list">
type Noun = BuildingStep["noun"]
type Value = Kinds[Noun]

/** In the order in which they may name one another. */
const order: readonly Noun[] = ["group", "holder", "cloudNode", "connection", "device", "rule"]

export interface BuildingPlan {
  readonly changes: readonly Change[]
  /** What the changes are, for people to read. */
  readonly steps: readonly BuildingStep[]
}

export interface Planning {
  readonly registry: Asked
  readonly system: SystemId
  /** A UUID that was never used. */
  readonly freshId: () => string
  /** When whatever is new is made, as ISO 8601. */
  readonly created: string
}

/** An object of the file and where it stands there. */
interface Item {
  readonly noun: Noun
  readonly path: string
  readonly told: Listed
  /** Where the cloud node stands that it is behind. */
  readonly within?: string
}

class Objected extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message)
  }
}

const itemsOf = (noun: Noun, list: readonly Listed[] = [], at: string, within?: string): Item[] =>
  list.map((told, index) => ({
    noun,
    told,
    path: `${at}.${index}`,
    ...(within === undefined ? {} : { within }),
  }))

function allItems({ groups, holders, cloudNodes, rules }: BuildingFile): Item[] {
  const nodes = itemsOf("cloudNode", cloudNodes, "cloudNodes")
  const behind = (noun: "connection" | "device", key: "connections" | "devices"): Item[] =>
    nodes.flatMap(({ told, path }) => itemsOf(noun, (told as ListedCloudNode)[key], `${path}.${key}`, path))
  return [
    ...itemsOf("group", groups, "groups"),
    ...itemsOf("holder", holders, "holders"),
    ...nodes,
    ...behind("connection", "connections"),
    ...behind("device", "devices"),
    ...itemsOf("rule", rules, "rules"),
  ]
}

/** The registry as the file will have it: what is named there must stand there. */
function openPlanned({ registry, system }: Planning) {
  const values = new Map(order.map((noun) => [noun, new Map<string, Value>()]))
  const names = new Map<string, string>()
  const find: Asked["find"] = (kind, of, id) =>
    kind === "panel"
      ? registry.find(kind, of, id)
      : (values.get(kind as Noun)?.get(id) as ReturnType<Asked["find"]> as never)
  return {
    registry: {
      find,
      findNamed: ((kind, of, externalId) =>
        find(kind, of, names.get(`${kind} ${externalId}`) ?? "")) satisfies Asked["findNamed"],
    },
    has: (noun: Noun, id: string): boolean => values.get(noun)!.has(id),
    add(noun: Noun, value: Value): void {
      values.get(noun)!.set(value.id, value)
      if (value.externalId !== undefined) names.set(`${noun} ${value.externalId}`, value.id)
    },
    all: () =>
      order.flatMap((noun) => [...values.get(noun)!.values()].map((value) => [noun, value] as const)),
    /** What is registered and not in the file. */
    missing: () =>
      order.flatMap((noun) =>
        registry
          .list(noun, system)
          .filter(({ id }) => !values.get(noun)!.has(id))
          .map((value) => [noun, value] as const),
      ),
  }
}

/** Says that what must be once only stands in the file twice. */
function openOnce() {
  const places = new Map<string, string>()
  return (what: string, path: string, message: (other: string) => string): void => {
    const other = places.get(what)
    if (other !== undefined) throw new Objected({ path, message: message(other) })
    places.set(what, path)
  }
}

/** The object as it is registered, by its id or else by its name. */
const registered = ({ registry, system }: Planning, { noun, told }: Item): Value | undefined =>
  (told.id === undefined ? undefined : registry.find(noun, system, told.id)) ??
  (told.externalId === undefined ? undefined : registry.findNamed(noun, system, told.externalId))

/** A refusal names the field that it is about, in its own words: `groups.0 names staff.` or `port: must be …` */
function faultIn({ code, message }: Refusal, path: string): Fault {
  const { means, remedy } = refusals[code]
  const detail = message.slice(means.length, -remedy.length).trim()
  const [, field, what] = /^([\w.]+?):? (.*?)\.?$/s.exec(detail) ?? []
  return field === undefined || what === undefined
    ? { path, message: detail }
    : {
        path: `${path}.${field}`,
        message: code === "reference_unknown" ? `${what}, which is not there` : what,
      }
}

function orObject<T extends object>(read: T | Refusal, path: string): T {
  if (isRefusal(read)) throw new Objected(faultIn(read, path))
  return read
}

/** Cards are known by their ids, by their names, or by what is on them. */
function credentialsOf(
  planning: Planning,
  told: readonly Listed[] | undefined,
  before: Value | undefined,
  path: string,
) {
  const known = (before as Kinds["holder"] | undefined)?.credentials ?? []
  return (told ?? []).map(({ id, ...fields }, index) => {
    const same = known.find(
      (card) =>
        card.id === id ||
        (fields.externalId !== undefined && card.externalId === fields.externalId) ||
        (card.facilityCode === fields["facilityCode"] && card.cardNumber === fields["cardNumber"]),
    )
    const given: Given = { ...same, id: same?.id ?? id ?? planning.freshId() }
    return orObject(
      writtenInto("credential", fields, given, "whole", planning),
      `${path}.credentials.${index}`,
    )
  })
}

function valueOf(
  planning: Planning,
  item: Item,
  nodeId: string | undefined,
  place: Pick<Asked, "find" | "findNamed">,
) {
  const { noun, told, path } = item
  const before = registered(planning, item)
  const {
    id,
    credentials,
    connections: _,
    devices: __,
    ...fields
  } = told as Listed & ListedHolder & ListedCloudNode
  const cloudNodeId = nodeId === undefined ? {} : { cloudNodeId: nodeId }
  const cards = noun === "holder" ? { credentials: credentialsOf(planning, credentials, before, path) } : {}
  const fresh = { id: before?.id ?? id ?? planning.freshId(), created: planning.created }
  const given: Given = { ...fresh, ...before, ...cloudNodeId, ...cards }
  // Rules name devices, which are written under `devices` as well.
  const written = noun === "rule" ? { ...fields, devices: told["devices"] } : fields
  return orObject(
    writtenInto(noun, written, given, "whole", { registry: place, system: planning.system }),
    path,
  )
}

/** What stands for an object that has a fault, so that whatever names it is not faulty for that. */
const insteadOf = ({ told }: Item, nodeId: string | undefined, freshId: () => string): Value =>
  ({ ...told, id: told.id ?? freshId(), cloudNodeId: nodeId }) as unknown as Value

interface Planned {
  readonly planned: ReturnType<typeof openPlanned>
  /** All that is wrong, in the order of the objects. */
  readonly faults: readonly Fault[]
}

function planItems(file: BuildingFile, planning: Planning): Planned {
  const planned = openPlanned(planning)
  const once = openOnce()
  const nodeIds = new Map<string, string>()
  const faults: Fault[] = []
  const plan = (item: Item, nodeId: string | undefined): Value => {
    const { noun, path, told } = item
    if (told.externalId !== undefined)
      once(`${noun} ${told.externalId}`, path, (other) => `has the externalId of ${other}`)
    const value = valueOf(planning, item, nodeId, planned.registry)
    once(`${noun} ${value.id} as an id`, path, (other) => `is the same object as ${other}`)
    if (noun === "cloudNode") {
      const { serialNumber } = value as Kinds["cloudNode"]
      once(`serial ${serialNumber}`, `${path}.serialNumber`, (other) => `is that of ${other}, too`)
    }
    return value
  }
  for (const item of allItems(file)) {
    const nodeId = item.within === undefined ? undefined : nodeIds.get(item.within)
    let value: Value
    try {
      value = plan(item, nodeId)
    } catch (objected) {
      if (!(objected instanceof Objected)) throw objected
      faults.push(objected.fault)
      value = insteadOf(item, nodeId, planning.freshId)
    }
    if (item.noun === "cloudNode") nodeIds.set(item.path, value.id)
    planned.add(item.noun, value)
  }
  return { planned, faults }
}

/**
 * Plans what to do.
 *
 * @returns the plan, or what is wrong with the file and where
 */
export function planBuilding(
  file: BuildingFile,
  planning: Planning,
): BuildingPlan | { readonly faults: readonly Fault[] } {
  const { registry, system } = planning
  const { planned, faults } = planItems(file, planning)
  if (faults.length > 0) return { faults }
  const changes: Change[] = []
  const steps: BuildingStep[] = []
  for (const [noun, value] of planned.missing().toReversed()) {
    const panel = noun === "cloudNode" ? registry.find("panel", system, value.id) : undefined
    if (panel !== undefined) changes.push({ kind: "panel", system, value: panel, state: "removed" })
    changes.push({ kind: noun, system, value, state: "removed" } as Change)
    steps.push(stepOf(noun, value, undefined))
  }
  for (const [noun, value] of planned.all()) {
    const before = registry.find(noun, system, value.id)
    const step = stepOf(noun, before, value)
    if (before !== undefined && step.fields.length === 0) continue
    changes.push({ kind: noun, system, value } as Change)
    steps.push(step)
  }
  return { changes, steps }
}
