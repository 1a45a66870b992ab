/** The document, held to the app that it describes, and its page to the document. PROTOCOL §17. */
import { nounNames } from "@doorstream/contract"
import { creations, jsonSchemas, titleOf } from "@doorstream/contract/validate"
import { beforeAll, describe, expect, it } from "vitest"
import { givenTheTown, publicUrl, type Given } from "../given.suite.js"
import { declaredIn } from "../route.js"
import { documentOf, type Document } from "./document.js"
import { pathOf } from "./operation.js"
import { pageOf } from "./page.js"

let given: Given
let document: Document
beforeAll(async () => {
  given = await givenTheTown()
  document = documentOf(declaredIn(given.app), { publicUrl, version: "1.2.3" })
})

const operationsIn = ({ paths }: Document) => Object.values(paths).flatMap((item) => Object.values(item))

describe("The document", () => {
  it("has every method of every path of the app, and no others", () => {
    const there = given.app.routes
      .filter(({ method, path }) => method !== "ALL" && path !== "/*")
      .map(({ method, path }) => `${method} ${pathOf(path)}`)
    const told = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(told.toSorted()).toEqual(there.toSorted())
  })

  it("names each operation once, below a heading that is there", () => {
    const names = operationsIn(document).map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
    const headings = document.tags.map(({ name }) => name)
    for (const { tags, operationId } of operationsIn(document))
      expect(headings, operationId).toEqual(expect.arrayContaining([...tags]))
  })

  it("refers only to what is in it", () => {
    const text = JSON.stringify(document)
    for (const [, kind, name] of text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g))
      expect(document.components).toHaveProperty([kind!, name!])
    const names = operationsIn(document).map(({ operationId }) => operationId)
    for (const [, name] of text.matchAll(/"operationId":"(\w+)","parameters":\{/g))
      expect(names).toContain(name)
  })

  it("names the addresses that the server is reached at", () => {
    expect(document.servers).toEqual([{ url: publicUrl }])
    expect(document.info.version).toBe("1.2.3")
    expect(document.components.securitySchemes.clientToken.flows.clientCredentials.tokenUrl).toBe(
      `${publicUrl}/oauth2/token`,
    )
  })

  it("has examples that could be sent", () => {
    const schemas = jsonSchemas((name) => name)
    for (const noun of nounNames) {
      const [example] = schemas[`${titleOf(noun)}Creation`]!["examples"] as unknown[]
      expect(creations[noun].safeParse(example).error, noun).toBeUndefined()
    }
  })
})

describe("The page", () => {
  it("tells of every operation and every shape, and leads to each place that it links to", () => {
    const page = pageOf(document)
    const places = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    for (const { operationId } of operationsIn(document)) expect(places).toContain(operationId)
    for (const name of Object.keys(document.components.schemas)) expect(places).toContain(`schema-${name}`)
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(places).toContain(id)
  })

  it("lets nothing in but its own style, and runs nothing", async () => {
    const response = await given.app.request("/docs")
    const page = await response.text()
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; .*frame-ancestors 'none'$/,
    )
    expect(page).not.toMatch(/<script|<link|<img|javascript:| style=| on\w+=|src=|https?:\/\/(?!doors\.test)/)
  })

  it("shows as text what looks like HTML", () => {
    const page = pageOf({ ...document, info: { ...document.info, title: "<script>alert(1)</script>" } })
    expect(page).not.toContain("<script>")
    expect(page).toContain("&lt;script&gt;alert(1)")
  })
})
