/** Whom and what an event is about, told from the event alone. It must not know a registry. */
import { topicEntry, type TopicName } from "./topics/index.js"

/** Ids as the event has them; what it does not tell is not there. */
export interface Subject {
  /** The cloud node's id; events of `presence` and `sync` have its serial number alone. */
  readonly cloudNode?: string
  readonly serialNumber?: string
  readonly device?: string
  readonly holder?: string
}

interface Parts {
  readonly id?: string
  readonly serialNumber?: string
  readonly panelSn?: string
  readonly cloudNode?: { readonly id: string; readonly serialNumber: string }
  readonly body?: {
    readonly id?: string
    readonly serialNumber?: string
    readonly deviceId?: string
    readonly holderId?: string
  }
  readonly placeholders?: readonly { readonly id: string; readonly type: string }[]
}

const known = (parts: { readonly [K in keyof Subject]: string | undefined }): Subject =>
  Object.fromEntries(Object.entries(parts).filter(([, id]) => id !== undefined))

/**
 * What an event of a topic is about.
 *
 * @param event as it stands on the wire
 * @example subjectOf("device.alarm.forced", event) // { cloudNode: "…", serialNumber: "1234ABC", device: "…" }
 */
export function subjectOf(topic: TopicName, event: object): Subject {
  const { cloudNode, body, serialNumber, panelSn, placeholders } = event as Parts
  const ofCloudNode = { cloudNode: cloudNode?.id, serialNumber: cloudNode?.serialNumber }
  switch (topicEntry(topic).envelope) {
    case "report":
      return known({ ...ofCloudNode, device: body?.deviceId, holder: body?.holderId })
    case "entity":
      return known({ cloudNode: body?.id, serialNumber: body?.serialNumber })
    case "presence":
      return known({ serialNumber })
    case "sync":
      return known({ serialNumber: panelSn })
    case "live": {
      const idOf = (type: string) => placeholders?.find((each) => each.type === type)?.id
      return known({ ...ofCloudNode, device: idOf("device"), holder: idOf("holder") })
    }
  }
}
