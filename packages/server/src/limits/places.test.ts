/** The places that connections take. */
import { describe, expect, it } from "vitest"
import { BoundPlaces, type Full } from "./places.js"

function openSmall() {
  const hits: Full[] = []
  const places = new BoundPlaces({ perAddress: 2, perClient: 2, inAll: 3 }, (full) => hits.push(full))
  return { places, hits }
}

const tooMany = { code: "too_many_connections", retryAfter: 5 }

describe("A place", () => {
  it("is there for so many from one address, and for others then", () => {
    const { places, hits } = openSmall()
    expect([places.take({}, "a"), places.take({}, "a"), places.take({}, "a")]).toEqual([
      undefined,
      undefined,
      tooMany,
    ])
    expect(places.take({}, "b")).toBeUndefined()
    expect(places.take({}, "c")).toEqual({ code: "server_full", retryAfter: 5 })
    expect([places.taken, hits]).toEqual([3, ["address", "all"]])
  })

  it("is there for so many of one API client, wherever they are", () => {
    const { places, hits } = openSmall()
    const [one, two, three] = [{}, {}, {}]
    for (const [request, address] of [
      [one, "a"],
      [two, "a"],
      [three, "b"],
    ] as const)
      places.take(request, address)
    expect([places.takeAs(one, "x"), places.takeAs(two, "x")]).toEqual([undefined, undefined])
    expect(places.takeAs(one, "x")).toBeUndefined()
    expect(places.takeAs(three, "x")).toEqual(tooMany)
    expect(places.takeAs(three, "y")).toBeUndefined()
    expect(hits).toEqual(["client"])
  })

  it("is free again when the request is over and no connection came of it", () => {
    const { places } = openSmall()
    const request = {}
    places.take(request, "a")
    places.leave(request)
    places.leave(request)
    expect(places.taken).toBe(0)
  })

  it("is held by the connection that came of it, and free once that is gone, once", () => {
    const { places } = openSmall()
    const request = {}
    places.take(request, "a")
    places.takeAs(request, "x")
    const free = places.hold(request)
    places.leave(request)
    expect(places.taken).toBe(1)
    free()
    free()
    expect(places.taken).toBe(0)
    const next = {}
    places.take(next, "a")
    expect([places.takeAs(next, "x"), places.taken]).toEqual([undefined, 1])
  })

  it("is nothing that a connection could hold that was never asked for here", () => {
    const { places } = openSmall()
    places.hold({})()
    expect([places.takeAs({}, "x"), places.taken]).toEqual([undefined, 0])
  })
})
