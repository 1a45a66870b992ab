/** States that follow their systems' logs on one folder: through restarts, kills, retention and restores (PROTOCOL §22). */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { emptyState, fold, type SystemState } from "@doorstream/contract"
import fc from "fast-check"
import { expect, it } from "vitest"
import { happenings, unordered, type Happened } from "../../packages/server/src/core/state-events.suite.js"
import { renewEpochs } from "../../packages/server/src/log/embedded/epochs.js"
import { openFolder, type Folder } from "../../packages/server/src/log/embedded/folder.js"
import { embeddedLog, type EmbeddedLog } from "../../packages/server/src/log/embedded/log.js"
import { openStateStore } from "../../packages/server/src/log/embedded/states.js"
import { openStates, type States } from "../../packages/server/src/state/states.js"

const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const age = 1000

/** A log with its states, and what all that ever happened in it makes of nothing. */
class Site {
  folded = emptyState
  now = 0
  isGone = false
  doorsGone: readonly string[] = []
  #count = 0
  #folder!: Folder
  log!: EmbeddedLog
  states!: States

  constructor(readonly path: string) {}

  async open(): Promise<void> {
    this.#folder = await openFolder(this.path)
    const retention = { age, bytes: Infinity }
    this.log = embeddedLog(this.#folder, { retention, now: () => this.now })
    this.states = openStates({
      log: this.log,
      store: openStateStore(this.#folder),
      isGone: () => this.isGone,
      isDoorGone: (_, id) => this.doorsGone.includes(id),
      keepEvery: 3_600_000,
      fault: (failure) => expect.fail(String(failure)),
      told: () => expect.fail("There is not that much."),
    })
  }

  async append(all: readonly Happened[]): Promise<void> {
    this.states.touch(system)
    const entries = all.map(({ topic, event }) => ({
      reportId: `r${(this.#count += 1)}`,
      received: this.now,
      events: [{ topic, text: JSON.stringify(event) }],
    }))
    await this.log.append(system, entries)
    for (const { topic, event } of all) this.folded = fold(this.folded, topic, event)
  }

  async state(): Promise<SystemState> {
    const { book, epoch } = await this.states.of(system)
    expect(await this.log.extent(system)).toMatchObject({ epoch, last: book.position })
    return unordered(book.state)
  }

  /** Ends as a process does that is killed: what was not kept is not on disk. */
  async end(isKilled: boolean): Promise<void> {
    if (!isKilled) await this.states.close()
    await this.log.close()
    await this.#folder.close()
  }

  async restart({ isKilled = false, isRestored = false } = {}): Promise<void> {
    await this.end(isKilled)
    if (isRestored) {
      const folder = await openFolder(this.path)
      await renewEpochs(folder)
      await folder.close()
    }
    await this.open()
  }

  /** All that is there is forgotten, after it was kept, which is done more often by far. */
  async forget(): Promise<void> {
    await this.states.sweep()
    this.now += 2 * age
    await this.log.sweep()
  }
}

async function atSite(play: (site: Site) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), "doorstream-states-"))
  const site = new Site(path)
  await site.open()
  try {
    await play(site)
  } finally {
    await site.end(false)
    await rm(path, { recursive: true })
  }
}

const steps = fc.oneof(
  { weight: 6, arbitrary: fc.array(happenings, { minLength: 1, maxLength: 8 }) },
  fc.constantFrom("restart", "kill", "restore", "keep", "forget", "look" as const),
)

it("A state is the fold of everything that ever happened, whatever ends the server and however little is kept of the log", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 25 }), (all) =>
      atSite(async (site) => {
        for (const each of all) {
          if (typeof each === "object") await site.append(each)
          else if (each === "restart") await site.restart()
          else if (each === "kill") await site.restart({ isKilled: true })
          else if (each === "restore") await site.restart({ isRestored: true })
          else if (each === "keep") await site.states.sweep()
          else if (each === "forget") await site.forget()
          else expect(await site.state()).toEqual(unordered(site.folded))
        }
        expect(await site.state()).toEqual(unordered(site.folded))
      }),
    ),
    { numRuns: 25 },
  )
})

const door = (topic: Happened["topic"], id = "d1"): Happened => ({
  topic,
  event: {
    topic,
    body: { deviceId: id, device: { id, name: "Door", connection: "c1", port: 1 } },
    cloudNode: { id: "n1", serialNumber: "S1", name: "Node" },
    occurred: 1,
  },
})

it("A state that retention has passed, before it was kept, is folded from what is there: the rest is known to nobody", () =>
  atSite(async (site) => {
    await site.append([door("device.input.dps.opened")])
    await site.states.sweep()
    await site.append([door("device.input.dps.closed"), door("device.input.rex.on")])
    // Nobody has kept that when it is forgotten, and the server is killed.
    site.now += 2 * age
    await site.log.sweep()
    await site.append([door("device.input.relay.on")])
    await site.restart({ isKilled: true })
    const { doors } = await site.state()
    expect(doors).toMatchObject([{ id: "d1", lock: "unlocked", dps: null, rex: null }])
    await site.restart()
    expect((await site.state()).doors).toEqual(doors)
  }))

it("A state of which the log has nothing left is there after a restart, and after a restore from a backup", () =>
  atSite(async (site) => {
    await site.append([door("device.input.dps.opened")])
    await site.forget()
    for (const isRestored of [false, true]) {
      await site.restart({ isRestored })
      expect((await site.state()).doors).toMatchObject([{ dps: "open" }])
    }
  }))

it("A state that is of another log is left, and folded from the log that is there", () =>
  atSite(async (site) => {
    await site.append([door("device.input.dps.opened")])
    await site.state()
    await site.end(false)
    const folder = await openFolder(site.path)
    const heads = folder.openTable("states.heads")
    const [{ key, value }] = [...heads.getRange()] as [{ key: Uint8Array; value: string }]
    const states = folder.openTable("states")
    await folder.write([
      {
        table: heads,
        key: Uint8Array.from(key),
        value: JSON.stringify({ ...JSON.parse(value), epoch: "other" }),
      },
      ...[...states.getRange()].map((each) => ({
        table: states,
        key: Uint8Array.from(each.key),
        value: each.value.replace('"open"', '"closed"'),
      })),
    ])
    await folder.close()
    await site.open()
    expect((await site.state()).doors).toMatchObject([{ dps: "open" }])
  }))

it("Nothing is kept of a door that is gone, nor of a system that is", () =>
  atSite(async (site) => {
    await site.append([door("device.input.dps.opened"), door("device.input.dps.opened", "d2")])
    site.doorsGone = ["d1"]
    await site.states.sweep()
    await site.restart()
    expect((await site.state()).doors.map(({ id }) => id)).toEqual(["d2"])
    site.isGone = true
    await site.states.sweep()
    await site.end(true)
    const folder = await openFolder(site.path)
    expect([
      ...folder.openTable("states.heads").getRange(),
      ...folder.openTable("states").getRange(),
    ]).toEqual([])
    await folder.close()
    await site.open()
  }))
