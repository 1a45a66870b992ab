/** What is remembered of changes, and what is said where it is not. */
import fc from "fast-check"
import { expect, it } from "vitest"
import { openChanged } from "./changed.js"
import type { Change } from "./ports.js"

const group = (id: string): Change => ({
  kind: "group",
  system: "tower",
  value: { id, name: id, created: "" },
})

it("Everything that has changed since a moment is told, once, or that it is not remembered", () => {
  const ids = fc.array(fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 }), { maxLength: 40 })
  fc.assert(
    fc.property(ids, fc.nat(40), (all, from) => {
      const changed = openChanged(20)
      let moment = changed.now("tower")
      const after: string[] = []
      all.forEach((some, index) => {
        if (index === from) moment = changed.now("tower")
        if (index >= from) after.push(...some)
        changed.hear("tower", some.map(group))
        changed.hear("elsewhere", [group("other")])
      })
      if (from >= all.length) moment = changed.now("tower")
      const since = changed.since("tower", moment)
      const wanted = new Set(from >= all.length ? [] : after)
      if (since === undefined) expect(after.length).toBeGreaterThan(10)
      else expect(since.map(({ id }) => id).toSorted()).toEqual([...wanted].toSorted())
    }),
  )
})

it("What no cloud node is told of is not remembered", () => {
  const changed = openChanged()
  changed.hear("tower", [
    { kind: "presence", system: "tower", value: { id: "node", connected: true, timestamp: 0 } },
  ])
  expect(changed.since("tower", 0)).toEqual([])
})
