/** `npm run document`: writes the tables that are made from the code into the documents. */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { generatedTables, placeTable } from "../test/house/tables.js"

for (const table of generatedTables) {
  const path = fileURLToPath(new URL(`../${table.file}`, import.meta.url))
  writeFileSync(path, placeTable(readFileSync(path, "utf8"), table))
}
