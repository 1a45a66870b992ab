/**
 * The desk as a whole, against the virtual building: while `npm start` runs, node --test examples/alarm-desk/desk.test.mjs
 */
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { test } from "node:test"
import { fileURLToPath } from "node:url"

const door = process.env.DOOR || "Server Room"
const path = fileURLToPath(new URL("desk.mjs", import.meta.url))

/** Starts a desk that calls for help after a second. */
function startDesk() {
  const desk = spawn(process.execPath, [path, "1"], { stdio: ["pipe", "pipe", "inherit"] })
  const lines = createInterface({ input: desk.stdout })[Symbol.asyncIterator]()
  const until = async (fits) => {
    for (let next = await lines.next(); !next.done; next = await lines.next())
      if (fits(next.value)) return next.value
    return assert.fail("The desk has ended.")
  }
  return {
    /** Reads on until a line has this in it: what else the building does is none of the test's business. */
    says: (text) => until((line) => line.includes(text)),
    /** The next line about the door. */
    next: () => until((line) => line.includes(door)),
    type: (line) => desk.stdin.write(`${line}\n`),
    end: () => desk.kill("SIGINT"),
  }
}

async function trigger(topic) {
  const [code] = await once(spawn("npx", ["doorstream", "trigger", topic, "--door", door]), "exit")
  assert.equal(code, 0, `npx doorstream trigger ${topic} --door "${door}"`)
}

test(
  "A door that is forced rings, help is called, and it is over when somebody clears it",
  { timeout: 60_000 },
  async (t) => {
    const desk = startDesk()
    t.after(desk.end)
    await desk.says("The desk is manned")
    await trigger("device.alarm.forced")
    await desk.says(`FORCED   ${door}`)
    await desk.says(`CALL     ${door}: forced`)
    desk.type(door)
    await desk.says(`over     ${door}: forced for`)
  },
)

test("A door that is held open rings, and it is over when it closes", { timeout: 60_000 }, async (t) => {
  const desk = startDesk()
  t.after(desk.end)
  await desk.says("The desk is manned")
  await trigger("device.alarm.propped.on")
  await desk.says(`PROPPED  ${door}`)
  await trigger("device.input.dps.closed")
  await desk.says(`over     ${door}: propped for`)
})
