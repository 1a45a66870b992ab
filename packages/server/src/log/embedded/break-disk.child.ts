/** A process of folder.test.ts: takes from LMDB what it writes its meta pages with, and goes on. Linux only. */
import { closeSync, readFileSync, readdirSync, readlinkSync } from "node:fs"
import { join } from "node:path"
import { openFolder } from "./folder.js"

const [path = ""] = process.argv.slice(2)
const folder = await openFolder(path)
const table = folder.openTable("test")
const write = async (name: string): Promise<string> => {
  try {
    await folder.write([{ table, key: Buffer.from(name), value: name }])
    return "written"
  } catch (fault) {
    return fault instanceof Error ? fault.message : "no error"
  }
}

const outcomes: unknown[] = [await write("before"), folder.isBroken()]
/** O_DSYNC, octal as it stands in fdinfo. */
const dsync = 0o10000
for (const fd of readdirSync("/proc/self/fd")) {
  const info = join("/proc/self/fdinfo", fd)
  const isMeta = (): boolean =>
    readlinkSync(join("/proc/self/fd", fd)) === join(path, "data.mdb") &&
    (Number.parseInt(/flags:\s*(\d+)/.exec(readFileSync(info, "utf8"))?.[1] ?? "0", 8) & dsync) !== 0
  try {
    if (isMeta()) closeSync(Number(fd))
  } catch (error) {
    // The descriptor that listed the others is gone by now.
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error
  }
}
outcomes.push(await write("after"), folder.isBroken(), await write("again"), folder.isBroken())
process.stdout.write(JSON.stringify(outcomes))
process.exit()
