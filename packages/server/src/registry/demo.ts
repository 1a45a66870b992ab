/** What is there only in a demo. It must not know what is in it. */
import type { ApiClient, Change, Registry } from "../core/ports.js"
import { withClient } from "./with-client.js"

/** A building that is put into the registry, and an API client that never is. */
export interface Demo {
  readonly client: ApiClient
  readonly building: readonly Change[]
}

/** Puts the building into a registry, as far as it was never there; the answer is the registry with the client beside. */
export async function openDemo(registry: Registry, { client, building }: Demo): Promise<Registry> {
  const missing = building.filter(
    ({ kind, system, value }) => registry.findEver(kind, system, value.id) === undefined,
  )
  if (missing.length > 0) await registry.put(missing)
  return withClient(registry, client)
}
