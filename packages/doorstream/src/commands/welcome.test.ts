/** What the demo says when it runs. That it works as it is said, test/stories/first-minute.test.ts sees to. */
import { describe, expect, it } from "vitest"
import { readSettings } from "../settings.js"
import { welcome } from "./welcome.js"

const settings = readSettings({ DOORSTREAM_PUBLIC_URL: "http://127.0.0.1", DOORSTREAM_DATA: "/doors" })
const usual = { url: "http://127.0.0.1:8080", isUsual: true, kept: 0, settings }

describe("The welcome", () => {
  it("shows commands without an address where they find it by themselves", () => {
    expect(welcome(usual)).toMatch(/^ {4}npx doorstream token$/m)
    expect(welcome(usual)).toMatch(/^ {4}npx doorstream listen --pretty$/m)
  })

  it("shows them with the address where it is another", () => {
    const other = welcome({ ...usual, url: "http://127.0.0.1:9000", isUsual: false })
    expect(other).toMatch(/^ {4}DOORSTREAM_URL=http:\/\/127\.0\.0\.1:9000 npx doorstream token$/m)
    expect(other).toContain("io(`ws://127.0.0.1:9000?systemId=")
  })

  it("says how much was kept", () => {
    expect(welcome(usual)).toContain("/doors, new\n")
    expect(welcome({ ...usual, kept: 12_345 })).toContain("/doors, 12,345 events kept\n")
  })
})
