/** A process of folder.test.ts: writes more to a data folder than the limit on its files allows, and goes on. */
import { openFolder } from "./folder.js"

const [path = ""] = process.argv.slice(2)
const folder = await openFolder(path)
const table = folder.openTable("test")

/** Writes so many values of 4,000 characters at once. */
const write = async (name: string, count: number): Promise<string> => {
  try {
    const keys = Array.from({ length: count }, (_, index) => Buffer.from(`${name} ${index}`))
    await folder.write(keys.map((key) => ({ table, key, value: "x".repeat(4000) })))
    return "written"
  } catch (fault) {
    return fault instanceof Error && fault.cause instanceof Error ? fault.cause.message : "no cause"
  }
}

const outcomes = [
  await write("small", 2),
  await write("large", 900),
  ...(await Promise.all([write("large too", 1500), write("beside it", 2)])),
  await write("after it", 2),
]
await folder.close()
process.stdout.write(JSON.stringify(outcomes))
