/** A second cloud node in the building, with one door, and what happens at any door through its cloud node. */
import type { Change } from "@doorstream/server"
import { cloudNode, doorReport, frontDoor, systemId, type House, type Report } from "./house.js"

export const shed = {
  ...cloudNode,
  id: "0d7e7b4e-6f0c-4c0f-8f0e-3d1f6a2b9c01",
  serialNumber: "SHED-1",
  externalId: "shed",
}
export const shedDoor = {
  ...frontDoor,
  id: "0d7e7b4e-6f0c-4c0f-8f0e-3d1f6a2b9c02",
  cloudNodeId: shed.id,
  externalId: "shed-door",
}

/** Puts the shed, and what is beside it, into a building, as the settings of a house take it. */
export const withShed = (...beside: readonly object[]): readonly Change[] =>
  [
    ...beside,
    { kind: "cloudNode", system: systemId, value: shed },
    { kind: "device", system: systemId, value: shedDoor },
  ] as unknown as readonly Change[]

export const shedOpened = (): Report => doorReport("device.input.dps.opened", { deviceId: shedDoor.id })
export const opened = (): Report => doorReport("device.input.dps.opened")
export const closed = (): Report => doorReport("device.input.dps.closed")

/** Reports of any door, each through its cloud node. */
export async function happen(house: House, token: string, reports: readonly Report[]): Promise<void> {
  for (const report of reports) {
    const node = (report.body as { deviceId: string }).deviceId === shedDoor.id ? shed : cloudNode
    const answer = await house.post(
      `/${systemId}/cloud-nodes/${node.id}/reports`,
      JSON.stringify(report),
      token,
    )
    if (answer.status !== 200) throw new Error(await answer.text())
  }
}

/** What was heard of the doors, and at which of the two cloud nodes. */
export const doorsIn = (heard: readonly { topic: string; event: unknown }[]): string[] =>
  heard.map(({ topic, event }) =>
    [
      topic,
      (event as { body?: { deviceId?: string } }).body?.deviceId === shedDoor.id ? "shed" : "front",
    ].join(" "),
  )

/** Asks something of REST in the system. */
export async function askRest(house: House, method: string, path: string, token: string, body?: object) {
  const response = await fetch(`${house.url}/${systemId}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const read = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> & { id: string }[]
  return { status: response.status, body: read, total: response.headers.get("X-Total-Count") }
}
