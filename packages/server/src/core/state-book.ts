/**
 * The state of one system as it is folded row by row, ready to be changed often: what the contract's `fold` says, by
 * keys instead of lists. It knows what has changed since it was last asked, and must not know where that is kept.
 */
import {
  changeBy,
  changeCloudNode,
  changeDoor,
  isRemovedBy,
  stateTopics,
  toldOfDoor,
  topicsTelling,
  unknownDoor,
  type Change,
  type CloudNodeField,
  type CloudNodeState,
  type DoorField,
  type DoorState,
  type SystemState,
  type TopicName,
} from "@doorstream/contract"
import type { Position, Row } from "./ports.js"
import { Abouts, readSaid } from "./state-abouts.js"

/** What changed, by ids of doors and serial numbers of cloud nodes; without a value it is gone. */
export interface Changed {
  readonly doors: ReadonlyMap<string, DoorState | undefined>
  readonly cloudNodes: ReadonlyMap<string, CloudNodeState | undefined>
}

export class StateBook {
  readonly #doors = new Map<string, DoorState>()
  /** By their serial numbers, each of which is one cloud node's. */
  readonly #cloudNodes = new Map<string, CloudNodeState>()
  readonly #numbers = new Map<string, string>()
  #changed = { doors: new Set<string>(), cloudNodes: new Set<string>() }
  /** What nobody knows any more, of all doors or all cloud nodes. */
  readonly #unknown = new Set<DoorField | CloudNodeField>()
  readonly #abouts = new Abouts()
  position: Position

  /** @param position up to where rows were folded into what is known */
  constructor(position: Position, { doors, cloudNodes }: SystemState) {
    this.position = position
    for (const door of doors) this.#doors.set(door.id, door)
    for (const node of cloudNodes) this.#keep(node)
    this.takeChanged()
  }

  door(id: string): DoorState | undefined {
    return this.#doors.get(id)
  }

  cloudNode(id: string, serialNumber: string): CloudNodeState | undefined {
    const number = this.#numbers.get(id)
    if (number !== undefined) return this.#cloudNodes.get(number)
    const node = this.#cloudNodes.get(serialNumber)
    return node?.id === null ? node : undefined
  }

  get state(): SystemState {
    return { doors: [...this.#doors.values()], cloudNodes: [...this.#cloudNodes.values()] }
  }

  /** Folds a row that comes after all that were folded before it. One that does not is known. */
  hear(row: Row): void {
    if (row.position <= this.position) return
    this.position = row.position
    if (!stateTopics.has(row.topic)) return
    if (row.text === "") return this.#doubt(row.topic)
    const said = readSaid(row.text)
    if (this.#hearAgain(row, said)) return
    const change = changeBy(row.topic, JSON.parse(row.text) as object)
    if (change === undefined) return
    this.#make(change)
    if (change.of === "door" && said !== undefined) this.#abouts.remember(change.door.id, said.about)
  }

  /** Folds an event of a door that is as the door's last one had it, but for what its topic tells. */
  #hearAgain({ topic }: Row, said: ReturnType<typeof readSaid>): boolean {
    const told = toldOfDoor(topic)
    const door = said && this.#doors.get(this.#abouts.doorOf(said.about) ?? "")
    if (told === undefined || said === undefined || door === undefined) return false
    this.#make({ of: "door", door, told, at: said.occurred })
    return true
  }

  /** Forgets a door that nobody shows any more. */
  drop(id: string): void {
    this.#abouts.forget(id)
    if (this.#doors.delete(id)) this.#changed.doors.add(id)
  }

  /** What has changed since this was asked last. */
  takeChanged(): Changed {
    const { doors, cloudNodes } = this.#changed
    this.#changed = { doors: new Set(), cloudNodes: new Set() }
    return {
      doors: new Map([...doors].map((id) => [id, this.#doors.get(id)])),
      cloudNodes: new Map([...cloudNodes].map((number) => [number, this.#cloudNodes.get(number)])),
    }
  }

  /** It could not be kept. */
  giveBack({ doors, cloudNodes }: Changed): void {
    for (const id of doors.keys()) this.#changed.doors.add(id)
    for (const number of cloudNodes.keys()) this.#changed.cloudNodes.add(number)
  }

  #make(change: Change): void {
    if (change.of === "removal") return this.#remove(change)
    if (change.of === "door") {
      this.#unknown.delete(change.told[0])
      const before = this.#doors.get(change.door.id)
      const after = changeDoor(before, change)
      if (after !== before) this.#setDoor(after)
      return
    }
    if (change.of === "cloudNode") this.#unknown.delete(change.told[0])
    const before = this.#before(change)
    const after = changeCloudNode(before, change)
    if (after === before) return
    if (before !== undefined) this.#forget(before)
    this.#keep(after)
  }

  #before(change: Extract<Change, { of: "cloudNode" | "entry" }>): CloudNodeState | undefined {
    return change.of === "cloudNode"
      ? this.#cloudNodes.get(change.serialNumber)
      : this.cloudNode(change.id, change.serialNumber)
  }

  #setDoor(door: DoorState): void {
    this.#doors.set(door.id, door)
    this.#changed.doors.add(door.id)
  }

  /** A number that was another's is this one's from now on. */
  #keep(node: CloudNodeState): void {
    const other = this.#cloudNodes.get(node.serialNumber)
    if (other !== undefined) this.#forget(other)
    this.#cloudNodes.set(node.serialNumber, node)
    if (node.id !== null) this.#numbers.set(node.id, node.serialNumber)
    this.#changed.cloudNodes.add(node.serialNumber)
  }

  #forget({ id, serialNumber }: CloudNodeState): void {
    this.#cloudNodes.delete(serialNumber)
    if (id !== null) this.#numbers.delete(id)
    this.#changed.cloudNodes.add(serialNumber)
  }

  #remove(change: Extract<Change, { of: "removal" }>): void {
    const number = this.#numbers.get(change.id) ?? ""
    for (const node of [this.#cloudNodes.get(number), this.#cloudNodes.get(change.serialNumber)])
      if (node !== undefined && isRemovedBy(node, change)) this.#forget(node)
    for (const door of this.#doors.values()) if (door.cloudNode === change.id) this.drop(door.id)
  }

  /** An event is gone before it was folded: of whom it told is not known, and so of nobody what it told. */
  #doubt(topic: TopicName): void {
    const fields = [...fieldsTold].filter(([, topics]) => topics.includes(topic)).map(([field]) => field)
    for (const field of fields) {
      if (this.#unknown.has(field)) continue
      this.#unknown.add(field)
      if (field in unknownDoor) for (const door of this.#doors.values()) this.#setDoor(without(door, field))
      else for (const node of Array.from(this.#cloudNodes.values())) this.#keep(without(node, field))
    }
  }
}

const fieldsTold: ReadonlyMap<DoorField | CloudNodeField, readonly TopicName[]> = new Map(
  [...(Object.keys(unknownDoor) as DoorField[]), "connected" as const, "synced" as const].map((field) => [
    field,
    topicsTelling(field),
  ]),
)

const without = <S extends DoorState | CloudNodeState>(state: S, field: string): S => ({
  ...state,
  [field]: null,
  since: Object.fromEntries(Object.entries(state.since).filter(([each]) => each !== field)),
})
