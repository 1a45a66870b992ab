/** What is told of a cloud node's sync, whatever comes in whatever order. */
import fc from "fast-check"
import { isRefusal } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import type { Sync } from "./ports.js"
import { begin, finish, meetChange, meetNode, type SyncDecided } from "./sync.js"

type Step = { readonly does: "change" | "begin" | "finish" } | { readonly does: "come"; readonly has: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constantFrom("change" as const, "begin" as const, "finish" as const) }),
  fc.record({ does: fc.constant("come" as const), has: fc.nat(3) }),
)

/** A registry and a cloud node as they are, beside what is kept and told of them. */
function live(steps: readonly Step[]) {
  let sync: Sync | undefined
  let content = 0
  /** What stood in the registry when a revision was made. */
  const made = new Map<string, number>()
  const told: string[] = []
  const decide = (decided: SyncDecided, at: number): void => {
    sync = decided.sync
    if (decided.say === undefined) return
    told.push(decided.say)
    expect(decided.sync.timestamp).toBe(at)
  }
  steps.forEach((each, at) => {
    switch (each.does) {
      case "change":
        content += 1
        return decide(meetChange(sync, "node", at), at)
      case "begin": {
        if (sync === undefined || sync.status === "synced") return
        made.set(`r${at}`, content)
        return decide(begin(sync, `r${at}`, at), at)
      }
      case "finish": {
        if (sync?.sending === undefined) return
        const decided = finish(sync, sync.sending, at)
        if (!isRefusal(decided)) decide(decided, at)
        return
      }
      case "come": {
        const revision = [...made.keys(), undefined].at(-each.has)
        return decide(meetNode(sync, "node", revision, at), at)
      }
    }
  })
  const holds = sync?.known === undefined ? undefined : made.get(sync.known)
  return { sync, told, content, holds }
}

describe("A cloud node's sync", () => {
  it("is told as synced only where the cloud node has all that there is", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { sync, content, holds } = live(steps)
        if (sync?.status === "synced") expect(holds).toBe(content)
      }),
    )
  })

  it("is pending before it starts, starts before it is synced, and nothing is told twice in a row", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { told, sync } = live(steps)
        const before = {
          Pending: ["Started", "synced", undefined],
          Started: ["Pending"],
          synced: ["Started"],
        }
        told.forEach((word, index) => expect(before[word as keyof typeof before]).toContain(told[index - 1]))
        const last = { pending: "Pending", started: "Started", synced: "synced" }
        if (sync !== undefined) expect(told.at(-1)).toBe(last[sync.status])
      }),
    )
  })

  it("is not ended by a revision that is not the one being sent", () => {
    const started = begin(meetChange(undefined, "node", 1).sync, "right", 2).sync
    expect(finish(started, "wrong", 3)).toMatchObject({ code: "sync_unexpected" })
  })
})
