/**
 * A cloud node with one connection and no door, as a technician brings one by: it is linked, takes over what it is told,
 * and goes. It must not know how it came into the registry.
 */
import { NodeClient } from "../node/node-client.js"
import type { Report } from "@doorstream/contract"
import { syncTypeOf } from "../node/knowledge.js"
import type { Panel } from "../rest/panels.js"
import { wait } from "../wait.js"

export interface SpareNodeOptions {
  readonly url: string
  readonly panel: Panel
  readonly connectionId: string
  /** Begins the ids of its reports. */
  readonly run: string
  readonly signal: AbortSignal
}

/** How long its controller takes over what is new, in milliseconds. */
const takesOver = 700

/** Resolves when it has been synced once and the server has all that it had to say, or when the signal aborts. */
export async function lendSpareNode(options: SpareNodeOptions): Promise<void> {
  const { url, panel, connectionId, run, signal } = options
  let reports = 0
  const report = (topic: Report["topic"], type: string): Report => ({
    id: `${run}-${(reports += 1)}`,
    topic,
    occurred: Date.now(),
    body: { connectionId, address: "", type },
  })
  const done = new AbortController()
  const client: NodeClient = new NodeClient({
    url,
    serialNumber: panel.serialNumber,
    keys: [panel.key],
    onSync: (sync) => void takeOver(sync),
  })
  const takeOver = async (sync: Parameters<typeof syncTypeOf>[1] & { revision: string }): Promise<void> => {
    const type = syncTypeOf({}, sync)
    client.send([report("endpoint.sync.started", type)])
    await wait(takesOver, signal)
    client.send([report("endpoint.sync.finished", type), report("endpoint.sync.finished.all", type)])
    client.synced(sync.revision)
    await client.settle()
    done.abort()
  }
  const ends = AbortSignal.any([signal, done.signal])
  await new Promise<void>((resolve) => {
    ends.addEventListener("abort", () => resolve())
    if (ends.aborted) resolve()
  })
  client.close()
}
