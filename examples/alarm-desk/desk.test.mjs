/**
 * The desk as a whole, against the virtual building: while `npm start` runs, node --test examples/alarm-desk/desk.test.mjs
 */
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { after, before, test } from "node:test"
import { fileURLToPath } from "node:url"

const door = process.env.DOOR || "Server Room"
let desk
let lines

/** Reads on until a line fits: what the building does beside it is none of this test's business. */
async function hear(pattern) {
  for (let next = await lines.next(); !next.done; next = await lines.next())
    if (pattern.test(next.value)) return next.value
  throw new Error(`The desk ended, and never said ${pattern}.`)
}

const trigger = async (topic) => {
  const command = ["--no-install", "doorstream", "trigger", topic, "--door", door]
  const [code] = await once(spawn("npx", command, { stdio: "inherit" }), "exit")
  assert.equal(code, 0)
}

before(async () => {
  const path = fileURLToPath(new URL("desk.mjs", import.meta.url))
  desk = spawn(process.execPath, [path, "1"], { stdio: ["pipe", "pipe", "inherit"] })
  lines = createInterface({ input: desk.stdout })[Symbol.asyncIterator]()
  await hear(/manned/)
})
after(() => desk.kill("SIGINT"))

test("A door that is forced rings, help is called, and the alarm is over when somebody clears it", async () => {
  await trigger("device.alarm.forced")
  await hear(new RegExp(`FORCED  ${door}`))
  await hear(new RegExp(`CALL    ${door}`))
  desk.stdin.write(`${door}\n`)
  await hear(new RegExp(`over    ${door}: forced for \\d+ s`))
})
