/** What honest clients send, in both revisions of Engine.IO: what the fuzzing begins with. */

export interface Conversation {
  /** Packets as text frames of a WebSocket. */
  readonly packets: readonly string[]
  /** Whole bodies of polling POSTs. */
  readonly payloads: readonly string[]
}

const said = (token: string): readonly string[] => [
  '42["subscribeIsolated",{"topics":["device.request.allowed","device.request.denied","device.request.unknown"]}]',
  '420["subscribeIsolated",{"topics":["device.alarm.*","liveEvent"]}]',
  '421["subscribeIsolated",{"topics":["*"]}]',
  '42["unsubscribeIsolated",{"topics":["device.*"]}]',
  '4212["unsubscribeIsolated",{"topics":["liveEvent"]}]',
  `42["renewedToken",{"token":"${token}"}]`,
  `42["renewedToken",{"token":"${token.slice(0, 60)}"}]`,
  '42["a message that there is not",null,[1,2,{"a":"é🚪"}]]',
  '430["an acknowledgement"]',
  '451-["an upload",{"_placeholder":true,"num":0}]',
  '461-7[{"_placeholder":true,"num":0}]',
  "41",
  "6",
]

const framed = (packet: string): string => `${packet.length}:${packet}`

/** @param token a good one, as listeners send it */
export function conversationOf(revision: 3 | 4, token: string): Conversation {
  const connects = revision === 4 ? [`40{"token":"${token}"}`, "40"] : []
  const packets = [
    ...said(token),
    ...connects,
    ...(revision === 4 ? ["3", "2probe", "5"] : ["2", "2probe", "5"]),
  ]
  const payloads =
    revision === 4
      ? [...packets, packets.slice(0, 3).join("\x1e"), "bAQIDBA==", `3\x1e${packets[0]}`]
      : [
          ...packets.map(framed),
          packets.slice(0, 3).map(framed).join(""),
          "10:b4AQIDBA==",
          `1:2${framed(packets[0]!)}`,
        ]
  return { packets, payloads }
}
