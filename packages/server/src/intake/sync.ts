/** Tells how far cloud nodes are with their syncs, in the same write that keeps it. It must not know what is sent to them. */
import { isRefusal, refuse } from "@doorstream/contract"
import { composeSync } from "../core/compose.js"
import type { Entry, Milliseconds, Registry, Sync } from "../core/ports.js"
import type { SyncDecided, TellSync } from "../core/sync.js"

const isAlike = (one: Sync, other: Sync | undefined): boolean => JSON.stringify(one) === JSON.stringify(other)

export const openSyncs =
  (registry: Registry, now: () => Milliseconds): TellSync =>
  (system, id, decide) =>
    registry.change<Sync>(() => {
      const panel = registry.find("panel", system, id)
      if (panel === undefined) return refuse("panel_unregistered")
      const before = registry.find("sync", system, id)
      const decided = decide(before)
      if (isRefusal(decided)) return decided
      const { sync, say } = decided
      const events = say === undefined ? undefined : eventsOf(system, panel.serialNumber, sync, say)
      const entry: Entry | undefined = events && { reportId: "", received: now(), events }
      return {
        changes: isAlike(sync, before) ? [] : [{ kind: "sync", system, value: sync }],
        ...(entry === undefined ? {} : { events: { system, entries: [entry] } }),
        answer: sync,
      }
    })

const eventsOf = (
  system: string,
  panelSn: string,
  { timestamp }: Sync,
  say: NonNullable<SyncDecided["say"]>,
) =>
  say === "synced"
    ? composeSync("sync.synced", system, panelSn, { timestamp })
    : composeSync("sync.not_synced", system, panelSn, { dataFlowStatus: say, timestamp })
