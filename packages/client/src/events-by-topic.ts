/** The events by the names of their topics. Written by `npm run document` from the contract's table of topics: change them there. */
import type {
  CloudnodeConnected,
  CloudnodeCreated,
  CloudnodeDeleted,
  CloudnodeDisconnected,
  CloudnodeRegistered,
  CloudnodeUnregistered,
  DeviceAlarmForced,
  DeviceAlarmForcedCleared,
  DeviceAlarmProppedOff,
  DeviceAlarmProppedOn,
  DeviceAutoopenOff,
  DeviceAutoopenOn,
  DeviceForcecloseOff,
  DeviceForcecloseOn,
  DeviceForceopenOff,
  DeviceForceopenOn,
  DeviceInputDpsClosed,
  DeviceInputDpsOpened,
  DeviceInputRelayOff,
  DeviceInputRelayOn,
  DeviceInputRexOff,
  DeviceInputRexOn,
  DeviceRequestAllowed,
  DeviceRequestDenied,
  DeviceRequestUnknown,
  EndpointSyncFinished,
  EndpointSyncFinishedAll,
  EndpointSyncStarted,
  LiveEvent,
  SyncNotSynced,
  SyncSynced,
} from "./events.js"

export interface EventsByTopic {
  /** A cloud node has come on line. */
  "cloudnode.connected": CloudnodeConnected
  /** Somebody has added a cloud node to the system. */
  "cloudnode.created": CloudnodeCreated
  /** Somebody has removed a cloud node from the system. */
  "cloudnode.deleted": CloudnodeDeleted
  /** A cloud node has gone, or has been silent for too long. */
  "cloudnode.disconnected": CloudnodeDisconnected
  /** A panel on the wall was tied to a cloud node of the system by its serial number. */
  "cloudnode.registered": CloudnodeRegistered
  /** A cloud node's panel was set free again. */
  "cloudnode.unregistered": CloudnodeUnregistered
  /** The door opened although nobody was let in and nobody asked to leave. */
  "device.alarm.forced": DeviceAlarmForced
  /** The forced alarm is over: the door closed, or somebody cleared the alarm. */
  "device.alarm.forced.cleared": DeviceAlarmForcedCleared
  /** A door that was held open for too long has closed. */
  "device.alarm.propped.off": DeviceAlarmProppedOff
  /** The door has been held open for longer than its prop period. */
  "device.alarm.propped.on": DeviceAlarmProppedOn
  /** The schedule that keeps the door unlocked has ended. */
  "device.autoopen.off": DeviceAutoopenOff
  /** The schedule that keeps the door unlocked has begun. */
  "device.autoopen.on": DeviceAutoopenOn
  /** Do not disturb is over: reads at the door are answered again. */
  "device.forceclose.off": DeviceForcecloseOff
  /** Do not disturb: every read at the door is denied until this is taken back. */
  "device.forceclose.on": DeviceForcecloseOn
  /** The door is no longer held unlocked by hand. */
  "device.forceopen.off": DeviceForceopenOff
  /** Somebody holds the door unlocked until this is taken back. */
  "device.forceopen.on": DeviceForceopenOn
  /** The door position sensor says that the door is closed now. */
  "device.input.dps.closed": DeviceInputDpsClosed
  /** The door position sensor says that the door is open now. */
  "device.input.dps.opened": DeviceInputDpsOpened
  /** The door is locked now. */
  "device.input.relay.off": DeviceInputRelayOff
  /** The door is unlocked now. */
  "device.input.relay.on": DeviceInputRelayOn
  /** The request to exit is over. */
  "device.input.rex.off": DeviceInputRexOff
  /** Somebody inside asks to leave. */
  "device.input.rex.on": DeviceInputRexOn
  /** Somebody the system knows may enter, and does so with this credential. */
  "device.request.allowed": DeviceRequestAllowed
  /** Somebody the system knows may not enter here, or not now. */
  "device.request.denied": DeviceRequestDenied
  /** A credential that belongs to nobody was presented. */
  "device.request.unknown": DeviceRequestUnknown
  /** One controller has taken over all it was sent. */
  "endpoint.sync.finished": EndpointSyncFinished
  /** Every controller of the cloud node has taken over what it was sent. */
  "endpoint.sync.finished.all": EndpointSyncFinishedAll
  /** One controller has begun to take over what it is sent. */
  "endpoint.sync.started": EndpointSyncStarted
  /** The sentence for a person who reads along, beside the event that it tells of. */
  liveEvent: LiveEvent
  /** The registry knows something that the cloud node does not know yet. */
  "sync.not_synced": SyncNotSynced
  /** The cloud node knows all that the registry knows. */
  "sync.synced": SyncSynced
}
