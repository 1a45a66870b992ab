/** Code samples are found in a text that does not mark them. */
import { describe, expect, it } from "vitest"
import { extractEvent, extractSamples } from "./extract.js"

const text = `Bells
You may ring with either library. const io = is how the first one begins.
const io = require("bells")
const socket = io(\`ws://host?key=\${key}\`)
Or with the other one.
const WebSocket = require("plain")
const socket = new WebSocket(
\`ws://host/)?key=\${key}\`
)
Ring now and then.
setInterval(() => {
socket.send(2)
}, 25000)
Then listen.
socket.on("ring", (bell) => {
console.log("}", bell) // not the end: })
})
Listen, but by hand.
socket.on("message", async (text) => {
text = text.replace(/^\\d*[(]/, "")
if (text) {
console.log(text)
}
})
A bell is such:
{
"topic": "bell.broken",
"body": {
"deep": {
"er": 1
}
}
}
{
"topic": "bell",
"body": {
"tone": "a"
}
}
{
"topic": "bell",
"body": {}
}`

describe("The samples of a text without marks", () => {
  it("are told apart by what they connect with, and by turns", () => {
    const { socketIo, webSocket } = extractSamples(text)
    expect(socketIo.split("\n")).toEqual([
      'const io = require("bells")',
      "const socket = io(`ws://host?key=${key}`)",
      'socket.on("ring", (bell) => {',
      'console.log("}", bell) // not the end: })',
      "})",
    ])
    expect(webSocket.split("\n")).toEqual([
      'const WebSocket = require("plain")',
      "const socket = new WebSocket(",
      "`ws://host/)?key=${key}`",
      ")",
      "setInterval(() => {",
      "socket.send(2)",
      "}, 25000)",
      'socket.on("message", async (text) => {',
      String.raw`text = text.replace(/^\d*[(]/, "")`,
      "if (text) {",
      "console.log(text)",
      "}",
      "})",
    ])
  })

  it("must end", () => {
    expect(() =>
      extractSamples('const io = require("bells")\nsocket.on("ring", () => {\nNothing more.'),
    ).toThrow('line 2 never ends: socket.on("ring"')
  })

  it("must be there, of both kinds", () => {
    expect(() => extractSamples("Only prose.")).toThrow("no samples")
    expect(() => extractSamples('const io = require("bells")')).toThrow("no samples")
  })
})

describe("An event in a text without marks", () => {
  it("is the first of its topic, whole", () => {
    expect(extractEvent(text, "bell")).toEqual({ topic: "bell", body: { tone: "a" } })
    expect(extractEvent(text, "bell.broken")).toEqual({ topic: "bell.broken", body: { deep: { er: 1 } } })
    expect(() => extractEvent(text, "gong")).toThrow("no event of gong")
  })
})
