/**
 * Holds the fixtures to the table of topics and, where the specification's text is at hand (`DOORSTREAM_SPEC` names the
 * file), to that text.
 */
import { readFileSync, readdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { topicNames } from "./index.js"
import { faultsOfEvent } from "./validate/index.js"

const folder = new URL("../fixtures/events/", import.meta.url)

const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"))

/**
 * The event bodies in the specification's text, by heading. A heading stands alone in its line after "Events", one line
 * of prose follows, then the body.
 */
function bodiesIn(text: string): Map<string, unknown> {
  const lines = text.split(/\r?\n/)
  const events = lines.lastIndexOf("Events")
  const isHeading = (at: number): boolean =>
    /^[a-z]+(\.\w+)*$/i.test(lines[at] ?? "") && lines[at + 1]?.startsWith("This ") === true
  const headings = lines.flatMap((_, at) => (at > events && isHeading(at) ? [at] : []))
  return new Map(
    headings.map((at, n) => [
      lines[at]!,
      JSON.parse(lines.slice(at + 2, headings[n + 1]).join("\n")) as unknown,
    ]),
  )
}

describe("The fixtures of the specification's events", () => {
  it("are one for every topic, and none beside", () => {
    expect(readdirSync(folder).toSorted()).toEqual(topicNames.map((name) => `${name}.json`).toSorted())
  })

  it.each(topicNames)("have a %s that the contract finds nothing wrong with", (name) => {
    expect(faultsOfEvent(name, fixture(name))).toEqual([])
  })

  it("are what stands in the specification, key order included", (test) => {
    const file = process.env.DOORSTREAM_SPEC
    if (file === undefined || file === "") {
      const reason =
        "DOORSTREAM_SPEC is not set: the fixtures were not compared with the specification's text."
      console.info(reason)
      // The runner does not show the reason by itself.
      return test.skip(reason)
    }
    const bodies = bodiesIn(readFileSync(file, "utf8"))
    expect([...bodies.keys()]).toEqual(topicNames)
    for (const [name, body] of bodies) expect(JSON.stringify(fixture(name)), name).toBe(JSON.stringify(body))
  })
})

describe("A body in the specification's text", () => {
  it("is found below its heading, whole, up to the next heading", () => {
    const text =
      'Events\nsync.synced\nThis event ends.\n{\n"a": {\n"b": "}"\n}\n}\nliveEvent\nThis one too.\n{ "c": 1 }\n'
    expect(bodiesIn(text)).toEqual(
      new Map<string, unknown>([
        ["sync.synced", { a: { b: "}" } }],
        ["liveEvent", { c: 1 }],
      ]),
    )
  })
})
