/** The demo's building as the test server has it, and what tests need around it. */
import type { Report } from "@doorstream/contract"
import { demoBuilding } from "../src/demo-building.js"
import { TestServer, type Registered } from "./server.js"

export const registered: Registered = {
  systemId: demoBuilding.system.id,
  cloudNodes: [demoBuilding.cloudNode],
  connections: demoBuilding.connections,
  devices: demoBuilding.devices,
  holders: demoBuilding.holders,
}

export const openServer = (particular: Partial<Registered> = {}): Promise<TestServer> =>
  new TestServer({ ...registered, ...particular }).listen()

/** The demo's API client at this server. */
export const clientOf = ({ url, secret }: TestServer) => ({
  url,
  clientId: "demo",
  clientSecret: secret,
  systemId: registered.systemId,
})

export const report = (id: string): Report => ({
  id,
  topic: "device.input.dps.opened",
  occurred: 1_780_000_000_000,
  body: { deviceId: demoBuilding.devices[0]?.id ?? "" },
})

/** A callback that keeps what it is called with, and a promise for when that is enough. */
export function listenFor(): {
  tell: (message: string) => void
  said: string[]
  until(count: number): Promise<void>
} {
  const said: string[] = []
  let wake = (): void => {}
  return {
    said,
    tell(message) {
      said.push(message)
      wake()
    },
    async until(count) {
      while (said.length < count) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}
