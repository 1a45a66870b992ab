/** The document of REST, for programs and as a page for people. */
import { createHash } from "node:crypto"
import type { Context, Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { declaredIn, route, type Told } from "../route.js"
import { documentOf, type Document } from "./document.js"
import { pageOf } from "./page.js"
import { style } from "./style.js"

const told = { about: "The server" } as const

const toldOfDocument: Told = {
  ...told,
  name: "readDocument",
  summary: "Read this document",
  answers: { status: 200, what: "OpenAPI 3.1.", schema: "Document" },
}

const toldOfPage: Told = {
  ...told,
  name: "readPage",
  summary: "Read this document as a page",
  answers: { status: 200, what: "A page without scripts.", type: "text/html" },
}

/** Nothing but the page's own style is let in. */
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The address is known when the server listens, so that what is made from it is made when it is asked for, once. */
export function openApiRoutes(app: Hono, { publicUrl, version }: HttpDeps): void {
  let made: { readonly document: Document; readonly page: string } | undefined
  const make = () => {
    const document = documentOf(declaredIn(app), { publicUrl: publicUrl(), version })
    return (made ??= { document, page: pageOf(document) })
  }
  const answerPage = (c: Context): Response => {
    c.header("Content-Security-Policy", policy)
    return c.html((made ?? make()).page)
  }
  route(app, "/openapi.json", { GET: (c) => c.json((made ?? make()).document) }, { GET: toldOfDocument })
  route(app, "/docs", { GET: answerPage }, { GET: toldOfPage })
}
