/** Puts millions of events straight into a log folder, for a replay that would take hours to report. */
import { demoBuilding } from "@doorstream/simulator"
import { openFolder } from "../../packages/server/src/log/embedded/folder.js"
import { embeddedLog } from "../../packages/server/src/log/embedded/log.js"
import { topic } from "../subject.js"

const { system, cloudNode, devices } = demoBuilding
const [device] = devices

/** One event in so many is of the rare topic. */
export const rarity = 1000
export const rare = "device.alarm.forced"

/** An event of a door as it stands in the log. */
const textOf = (name: string, number: number): string =>
  JSON.stringify({
    id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    topic: name,
    body: {
      deviceId: device!.id,
      device: { id: device!.id, name: device!.name, connection: device!.connectionId, port: device!.port },
    },
    cloudNode: { id: cloudNode.id, serialNumber: cloudNode.serialNumber, name: cloudNode.name },
    occurred: 1_719_356_407_640 + number,
  })

/** Fills a folder that no server has open; the rare ones are the last of each thousand. */
export async function fill(path: string, events: number): Promise<void> {
  const folder = await openFolder(path)
  const log = embeddedLog(folder, { retention: { age: Infinity, bytes: Infinity }, now: Date.now })
  for (let from = 1; from <= events; from += 10_000) {
    const entries = Array.from({ length: Math.min(10_000, events - from + 1) }, (_, offset) => {
      const number = from + offset
      const name = number % rarity === 0 ? rare : topic
      return {
        reportId: `filled-${number}`,
        received: Date.now(),
        events: [{ topic: name, text: textOf(name, number) }],
      } as const
    })
    await log.append(system.id, entries)
  }
  await log.close()
  await folder.close()
}
