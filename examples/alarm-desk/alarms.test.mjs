/** The rules of the desk, without a server: node --test examples/alarm-desk/alarms.test.mjs */
import assert from "node:assert/strict"
import { test } from "node:test"
import { Alarms } from "./alarms.mjs"

const at = (occurred, name = "Front Door") => ({ body: { device: { id: name, name } }, occurred })

test("An alarm is told when it begins, and how long it was when it is over", () => {
  const alarms = new Alarms(20_000)
  assert.equal(alarms.hear("device.alarm.forced", at(1000), 1050), "FORCED   Front Door")
  assert.equal(alarms.open().length, 1)
  assert.equal(
    alarms.hear("device.alarm.forced.cleared", at(8000), 8050),
    "over     Front Door: forced for 7 s",
  )
  assert.deepEqual(alarms.open(), [])
})

test("An end without a beginning, and a beginning that is known, are not told", () => {
  const alarms = new Alarms(20_000)
  assert.equal(alarms.hear("device.alarm.propped.off", at(0), 0), undefined)
  alarms.hear("device.alarm.propped.on", at(1000), 1000)
  assert.equal(alarms.hear("device.alarm.propped.on", at(2000), 2000), undefined)
})

test("Help is called once for an alarm that lasts, and not for one that is over", () => {
  const alarms = new Alarms(20_000)
  alarms.hear("device.alarm.propped.on", at(0), 0)
  alarms.hear("device.alarm.propped.on", at(0, "Back Door"), 0)
  alarms.hear("device.alarm.propped.off", at(5000, "Back Door"), 5000)
  assert.deepEqual(alarms.overdue(19_999), [])
  assert.deepEqual(alarms.overdue(20_000), ["CALL     Front Door: propped since 20 s"])
  assert.deepEqual(alarms.overdue(30_000), [])
})

test("An alarm that a cloud node has kept while it was away is told as late as it is, and help is called", () => {
  const alarms = new Alarms(20_000)
  const told = alarms.hear("device.alarm.forced", at(0), 60_000)
  assert.equal(told, "FORCED   Front Door (60 s ago: its cloud node was away)")
  assert.deepEqual(alarms.overdue(60_000), ["CALL     Front Door: forced since 60 s"])
})

test("Help comes in time where a cloud node's clock is an hour ahead", () => {
  const alarms = new Alarms(20_000)
  alarms.hear("device.alarm.forced", at(3_600_000), 0)
  assert.deepEqual(alarms.overdue(20_000), ["CALL     Front Door: forced since 20 s"])
})
