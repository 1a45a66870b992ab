/** A program that leaves its loop in the first event and has nothing else to do. Its arguments are an address and a token. */
import { listen } from "@doorstream/client"
import { systemId } from "./house.js"

const [url = "", token = ""] = process.argv.slice(2)
for await (const { topic } of listen({ url, systemId, token, topics: ["*"], after: "earliest" })) {
  process.stdout.write(`${topic}\n`)
  break
}
