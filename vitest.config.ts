/** How the tests run. */
import { defineConfig } from "vitest/config"

// The `source` condition makes every package be read from its sources, so that no test runs a stale build; what tests run
// as a command is built first.
const conditions = ["source"]

export default defineConfig({
  ssr: { resolve: { conditions: [...conditions, "node"], externalConditions: conditions } },
  test: {
    include: ["packages/**/*.test.ts", "test/**/*.test.ts", "regression/**/*.test.ts"],
    globalSetup: "test/support/build.ts",
    // Most tests wait for programs of their own: one file at a time would leave a core idle.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes when the machine gets to it, not within the second that would be usual.
    expect: { poll: { timeout: 50_000 } },
  },
})
