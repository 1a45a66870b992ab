/**
 * Serves a page that listens, and gives it system tokens: the API client's secret stays in here. Name the page's origin
 * to Doorstream, then open http://127.0.0.1:8081 in a browser.
 *
 *     DOORSTREAM_ORIGINS=http://127.0.0.1:8081 npm start
 *     node examples/browser/server.mjs
 */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import doorstream from "../get-system-token.cjs"

const fileAt = (path) => readFileSync(new URL(path, import.meta.url))
const files = {
  "/": ["text/html; charset=utf-8", fileAt("page.html")],
  "/socket.io.js": ["text/javascript", fileAt("../../node_modules/socket.io-client/dist/socket.io.min.js")],
}

/** The token endpoint. In a server of your own, look first who is signed in, and answer 401 to everybody else. */
async function answerToken(response) {
  try {
    const token = await doorstream.getSystemToken()
    response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" })
    response.end(JSON.stringify({ url: doorstream.url, token }))
  } catch (error) {
    console.error(error.message)
    response.writeHead(502).end()
  }
}

const server = createServer((request, response) => {
  if (request.method === "POST" && request.url === "/token") return void answerToken(response)
  const [type, body] = files[request.url] ?? []
  response.writeHead(body === undefined ? 404 : 200, type && { "Content-Type": type }).end(body)
})

// Whoever can reach this gets a token, because nobody signs in here: so it is for this machine only.
server.listen(Number(process.env.PORT || 8081), "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${server.address().port}`),
)

process.once("SIGINT", () => {
  server.close()
  server.closeAllConnections()
})
