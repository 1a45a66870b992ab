/** The document as a page for people: HTML without scripts, nothing of which comes from elsewhere. */
import type { Document } from "./document.js"
import { escape, line, prose } from "./html.js"
import type { Operation } from "./operation.js"
import { operationSection } from "./page-operation.js"
import { schemaSection } from "./page-schema.js"
import { style } from "./style.js"

interface Entry {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

const entriesOf = ({ paths }: Document): readonly Entry[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  )

const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(" ", "-")

function headingSection(
  { name, description }: Document["tags"][number],
  entries: readonly Entry[],
  document: Document,
): string {
  const sections = entries.map(({ path, method, operation }) =>
    operationSection(path, method, operation, document),
  )
  return `<section id="${anchorOf(name)}"><h2>${escape(name)}</h2><p class="lead">${line(description)}</p>
${sections.join("\n")}</section>`
}

const navigation = ({ tags }: Document): string =>
  tags.map(({ name }) => `<a href="#${anchorOf(name)}">${escape(name)}</a>`).join("\n")

export function pageOf(document: Document): string {
  const { info, servers, tags, components } = document
  const entries = entriesOf(document)
  const sections = tags.map((tag) =>
    headingSection(
      tag,
      entries.filter(({ operation }) => operation.tags.includes(tag.name)),
      document,
    ),
  )
  const schemas = Object.entries(components.schemas).map(([name, schema]) => schemaSection(name, schema))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escape(info.title)}: the REST API</title>
<style>${style}</style></head>
<body><header><h1>${escape(info.title)} <small>${escape(info.version)}</small></h1>
<p class="address"><code>${servers.map(({ url }) => escape(url)).join(" ")}</code> <a href="/openapi.json">OpenAPI 3.1</a></p>
${prose(info.description)}</header>
<nav aria-label="Contents">${navigation(document)}
<a href="#shapes">Shapes</a></nav>
<main>${sections.join("\n")}
<section id="shapes"><h2>Shapes</h2><p class="lead">What is sent and answered. Where something is sent, null is as good as a field that was never told.</p>
${schemas.join("\n")}</section></main></body></html>
`
}
