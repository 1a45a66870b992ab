/**
 * What the transport refuses by itself: Node's HTTP, Engine.IO and the WebSocket library. PROTOCOL.md has it from here, and
 * the hostile inputs show that it is so. It must not know the inputs.
 */

/** A refusal that is not ours. */
export interface TransportRefusal {
  readonly what: string
  readonly answer: string
  /** How the answer looks to whoever plays an input; none where that takes a minute and more. */
  readonly came?: string
}

const refused = (what: string, answer: string, came?: string): TransportRefusal => ({
  what,
  answer,
  ...(came === undefined ? {} : { came }),
})

const sidGone = "400 Session ID unknown"

export const transport = {
  longHead: refused("headers, with the path, larger than 16 kB", "431, connection closed", "431"),
  notHttp: refused(
    "a request that is not HTTP, breaks off, or could be read in two ways (two lengths, a length and chunks, folded headers, bare line ends)",
    "400, connection closed",
    "400",
  ),
  target: refused("a target or a Host that is none", "400", "400"),
  expectation: refused("an `Expect` other than `100-continue`", "417", "417"),
  connect: refused("CONNECT", "the connection is closed", "closed"),
  chunkExtensions: refused("chunk extensions larger than 16 kB", "413, connection closed", "413"),
  late: refused("headers or a body that do not arrive in time (60 s, 300 s)", "408, connection closed"),
  unknownTransport: refused(
    "a transport other than `polling` and `websocket`",
    '400 `{"code":0,"message":"Transport unknown"}`',
    "400 Transport unknown",
  ),
  unknownSid: refused(
    "a `sid` that is not open (any more)",
    '400 `{"code":1,"message":"Session ID unknown"}`',
    sidGone,
  ),
  handshakeMethod: refused(
    "a handshake that is no GET",
    '400 `{"code":2,"message":"Bad handshake method"}`',
    "400 Bad handshake method",
  ),
  badRequest: refused(
    "another transport or protocol revision than the `sid` began with; a WebSocket without an upgrade",
    '400 `{"code":3,"message":"Bad request"}`',
    "400 Bad request",
  ),
  sidMethod: refused("another method than GET and POST on an open `sid`", "500", "500"),
  twoPolls: refused(
    "a poll while another one of the same `sid` is open",
    "400, and the connection is closed",
    "200 1, 400",
  ),
  largePoll: refused("a polling POST larger than 100 kB", "413", "413"),
  poll: refused(
    "a polling POST that is no Engine.IO or Socket.IO",
    "200, and the connection is closed",
    `200, ${sidGone}`,
  ),
  bytesPolled: refused(
    "a polling POST of `application/octet-stream`, by Engine.IO 4",
    "400, and the connection is closed",
    `400, ${sidGone}`,
  ),
  upgrade: refused(
    "an upgrade without a key or of another version than 13, by POST, or on a `sid` that is not open",
    "400, connection closed",
    "400",
  ),
  upgradeToPolling: refused(
    "an upgrade for the transport `polling`",
    "101, and the connection is closed",
    "101",
  ),
  twoUpgrades: refused("a second upgrade of one `sid`", "101, and then it is closed", "closed 1005"),
  largeFrame: refused("a WebSocket message larger than 100 kB", "close 1009", "closed 1009"),
  malformedFrame: refused(
    "a WebSocket frame that is malformed, compressed or not masked",
    "close 1002",
    "closed 1002",
  ),
  notUtf8: refused("WebSocket text that is no UTF-8", "close 1007", "closed 1007"),
  halfMessage: refused("a WebSocket that ends within a message", "the connection is closed", "closed"),
  packet: refused("a packet that is no Engine.IO or Socket.IO", "the connection is closed", "closed 1005"),
  namespace: refused("a namespace other than `/`", '`44/…,{"message":"Invalid namespace"}`', "44/"),
} as const satisfies Record<string, TransportRefusal>
