/** The client is small: a page loads it and all that it carries. */
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { bundle } from "./support/bundle.js"

describe("The client as a page loads it", () => {
  it("is under 25 kB compressed, with its transport and all that it carries of the contract", async () => {
    const { code, files } = await bundle('export * from "@doorstream/client"', "esm")
    const compressed = gzipSync(code).length
    console.log(`The client is ${compressed} bytes compressed, ${code.length} as it is.`)
    expect(compressed).toBeLessThan(25_000)
    // So much less that whatever comes in by accident is seen.
    expect(compressed).toBeLessThan(9000)
    expect(files.filter((path) => path.includes("node_modules"))).toEqual([])
    expect(files.filter((path) => /refusals|topics\//.test(path))).toEqual([])
  })

  it("is smaller still for a page that listens alone", async () => {
    const { files } = await bundle('export { listen } from "@doorstream/client"', "esm")
    expect(files).toContain("packages/client/src/listening.ts")
    expect(files).not.toContain("packages/client/src/report.ts")
  })
})
