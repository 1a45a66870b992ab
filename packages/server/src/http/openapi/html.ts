/** Text as HTML. It must not know what is written in it. */

const codes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

export const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (letter) => codes[letter]!)

/** A line of prose, with code between backticks. */
export const line = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>")

/** Paragraphs, and lists whose lines begin with a dash. */
export function prose(text: string): string {
  const blocks = text.split("\n\n").map((block) => {
    if (!block.startsWith("- ")) return `<p>${line(block)}</p>`
    const items = block.split("\n").map((each) => `<li>${line(each.slice(2))}</li>`)
    return `<ul>${items.join("")}</ul>`
  })
  return blocks.join("\n")
}

const rows = (cells: readonly (readonly string[])[]): string =>
  cells.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("\n")

/** A table that can be wider than a phone. */
export const table = (heads: readonly string[], cells: readonly (readonly string[])[]): string =>
  cells.length === 0
    ? ""
    : `<div class="wide"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
<tbody>${rows(cells)}</tbody></table></div>`

export const example = (value: unknown): string =>
  `<pre><code>${escape(JSON.stringify(value, undefined, 2))}</code></pre>`
