/** A process of folder.test.ts: writes more to a data folder than the limit on its files allows, and goes on. */
import { openFolder } from "./folder.js"

const [path = ""] = process.argv.slice(2)
const folder = await openFolder(path)
const table = folder.openTable("test")

const write = async (name: string, size: number): Promise<string> => {
  try {
    const names = ["1", "2"].map((part) => `${name} ${part}`)
    await folder.write(names.map((key) => ({ table, key: Buffer.from(key), value: "x".repeat(size) })))
    return "written"
  } catch (fault) {
    return fault instanceof Error && fault.cause instanceof Error ? fault.cause.message : "no cause"
  }
}

const outcomes = [
  await write("small", 10),
  ...(await Promise.all([write("large", 20_000_000), write("beside it", 10)])),
  await write("after it", 10),
]
await folder.close()
process.stdout.write(JSON.stringify(outcomes))
