/** What a reporter reads before it can report. PROTOCOL §8. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { cloudNode, frontDoor, openHouse, someone, systemId, type House } from "../support/house.js"

let house: House
let token: string
beforeAll(async () => {
  house = await openHouse()
  token = await house.token()
})
afterAll(() => house.close())

describe("What a reporter must know", () => {
  const get = (path: string): Promise<Response> =>
    fetch(`${house.url}/${systemId}${path}`, { headers: { Authorization: `Bearer ${token}` } })
  const idsOf = async (response: Response): Promise<string[]> =>
    ((await response.json()) as { id: string }[]).map(({ id }) => id)

  it("can be read: cloud nodes, their devices, holders and their credentials", async () => {
    expect(await idsOf(await get("/cloud-nodes"))).toEqual([cloudNode.id])
    expect((await idsOf(await get(`/cloud-nodes/${cloudNode.id}/devices`)))[0]).toBe(frontDoor.id)
    const [holder] = (await (await get("/holders")).json()) as object[]
    const { id, facilityCode, cardNumber } = someone.credentials[0]!
    expect(holder).toMatchObject({
      id: someone.id,
      credentials: [{ id, facilityCode: Number(facilityCode), cardNumber: Number(cardNumber) }],
    })
  })

  it("comes in pages", async () => {
    const pages = await Promise.all([0, 1, 2, 3].map((page) => get(`/holders?page=${page}&per_page=4`)))
    expect(pages.map(({ headers }) => headers.get("X-Total-Count"))).toEqual(["10", "10", "10", "10"])
    expect(pages[1]!.headers.get("Link")).toMatch(
      /page=0&per_page=4>; rel="first".*page=0.*rel="prev".*page=2.*rel="next".*page=2.*rel="last"/,
    )
    const ids = await Promise.all(pages.map(idsOf))
    expect(ids.map(({ length }) => length)).toEqual([4, 4, 2, 0])
    expect(new Set(ids.flat()).size).toBe(10)
  })

  it.each(["page=-1", "page=x", "per_page=0", "per_page=101"])("is refused by %s", async (query) => {
    const response = await get(`/holders?${query}`)
    expect([response.status, await response.json()]).toEqual([
      400,
      { code: "request_invalid", message: expect.stringMatching(/is a whole number/) as string },
    ])
  })
})
