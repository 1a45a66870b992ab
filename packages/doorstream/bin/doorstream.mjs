#!/usr/bin/env node
// The doorstream command. It is built from src/; this file only says so where that has not been done.
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const built = new URL("../dist/command.js", import.meta.url)

if (existsSync(fileURLToPath(built))) {
  const { run } = await import(built.href)
  await run(process.argv.slice(2))
} else {
  console.error("doorstream is not built yet. Run `npm start` once, or `npm ci && npm run build`.")
  process.exitCode = 1
}
