/** `npm run document`: writes the tables that are made from the code into the documents, and the client's types of events. */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { clientTypes } from "../test/house/client-types.js"
import { generatedTables, placeTable } from "../test/house/tables.js"

const inHouse = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url))

for (const [file, text] of Object.entries(clientTypes)) writeFileSync(inHouse(file), text)
for (const table of generatedTables) {
  const path = inHouse(table.file)
  writeFileSync(path, placeTable(readFileSync(path, "utf8"), table))
}
