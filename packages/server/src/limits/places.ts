/**
 * The places that connections take: so many from one address, so many for one API client, so many in all. A place is
 * taken by the request that asks for a connection, and held by the connection that comes of it.
 */
import type { Later, Places } from "../core/allowance.js"

export interface PlaceBounds {
  readonly perAddress: number
  readonly perClient: number
  readonly inAll: number
}

/** Which bound stood in the way. */
export type Full = "address" | "client" | "all"

interface Place {
  readonly address: string
  client: string | undefined
  /** A connection has come of the request. */
  isHeld: boolean
}

/** Seconds after which a place may be free: as long as Socket.IO's clients wait at most. */
const retryAfter = 5

/** Counts by key; a key whose count is zero is forgotten. */
function openCounts() {
  const counts = new Map<string, number>()
  return {
    of: (key: string): number => counts.get(key) ?? 0,
    add: (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1),
    drop: (key: string): void => {
      const left = (counts.get(key) ?? 0) - 1
      if (left > 0) counts.set(key, left)
      else counts.delete(key)
    },
  }
}

export class BoundPlaces implements Places {
  readonly #bounds: PlaceBounds
  readonly #hit: (full: Full) => void
  readonly #places = new WeakMap<object, Place>()
  readonly #byAddress = openCounts()
  readonly #byClient = openCounts()
  #taken = 0

  /** @param hit hears of each request that found no place */
  constructor(bounds: PlaceBounds, hit: (full: Full) => void) {
    this.#bounds = bounds
    this.#hit = hit
  }

  /** How many are taken. */
  get taken(): number {
    return this.#taken
  }

  /** Takes a place for a request that asks for a connection. */
  take(request: object, address: string): Later | undefined {
    if (this.#byAddress.of(address) >= this.#bounds.perAddress) return this.#refuse("address")
    if (this.#taken >= this.#bounds.inAll) return this.#refuse("all")
    this.#places.set(request, { address, client: undefined, isHeld: false })
    this.#byAddress.add(address)
    this.#taken += 1
    return undefined
  }

  takeAs(request: object, client: string): Later | undefined {
    const place = this.#places.get(request)
    if (place === undefined || place.client !== undefined) return undefined
    if (this.#byClient.of(client) >= this.#bounds.perClient) return this.#refuse("client")
    place.client = client
    this.#byClient.add(client)
    return undefined
  }

  hold(request: object): () => void {
    const place = this.#places.get(request)
    if (place !== undefined) place.isHeld = true
    return () => this.#free(request)
  }

  /** The request is over. Its place is free again unless a connection holds it. */
  leave(request: object): void {
    if (this.#places.get(request)?.isHeld === false) this.#free(request)
  }

  #refuse(full: Full): Later {
    this.#hit(full)
    return { code: full === "all" ? "server_full" : "too_many_connections", retryAfter }
  }

  #free(request: object): void {
    const place = this.#places.get(request)
    if (place === undefined) return
    this.#places.delete(request)
    this.#byAddress.drop(place.address)
    if (place.client !== undefined) this.#byClient.drop(place.client)
    this.#taken -= 1
  }
}
