/** What is heard of each topic. Written by `npm run document` from the contract's table of topics: change them there. */
import type { BodyOf, Heard } from "./heard.js"

/** A cloud node has come on line. */
export interface CloudnodeConnected extends Heard<"cloudnode.connected"> {
  /** A cloud node has come on line. */
  readonly topic: "cloudnode.connected"
  /** A cloud node has come on line. */
  readonly body: BodyOf<"cloudnode.connected">
}

/** Somebody has added a cloud node to the system. */
export interface CloudnodeCreated extends Heard<"cloudnode.created"> {
  /** Somebody has added a cloud node to the system. */
  readonly topic: "cloudnode.created"
  /** Somebody has added a cloud node to the system. */
  readonly body: BodyOf<"cloudnode.created">
}

/** Somebody has removed a cloud node from the system. */
export interface CloudnodeDeleted extends Heard<"cloudnode.deleted"> {
  /** Somebody has removed a cloud node from the system. */
  readonly topic: "cloudnode.deleted"
  /** Somebody has removed a cloud node from the system. */
  readonly body: BodyOf<"cloudnode.deleted">
}

/** A cloud node has gone, or has been silent for too long. */
export interface CloudnodeDisconnected extends Heard<"cloudnode.disconnected"> {
  /** A cloud node has gone, or has been silent for too long. */
  readonly topic: "cloudnode.disconnected"
  /** A cloud node has gone, or has been silent for too long. */
  readonly body: BodyOf<"cloudnode.disconnected">
}

/** A panel on the wall was tied to a cloud node of the system by its serial number. */
export interface CloudnodeRegistered extends Heard<"cloudnode.registered"> {
  /** A panel on the wall was tied to a cloud node of the system by its serial number. */
  readonly topic: "cloudnode.registered"
  /** A panel on the wall was tied to a cloud node of the system by its serial number. */
  readonly body: BodyOf<"cloudnode.registered">
}

/** A cloud node's panel was set free again. */
export interface CloudnodeUnregistered extends Heard<"cloudnode.unregistered"> {
  /** A cloud node's panel was set free again. */
  readonly topic: "cloudnode.unregistered"
  /** A cloud node's panel was set free again. */
  readonly body: BodyOf<"cloudnode.unregistered">
}

/** The door opened although nobody was let in and nobody asked to leave. */
export interface DeviceAlarmForced extends Heard<"device.alarm.forced"> {
  /** The door opened although nobody was let in and nobody asked to leave. */
  readonly topic: "device.alarm.forced"
  /** The door opened although nobody was let in and nobody asked to leave. */
  readonly body: BodyOf<"device.alarm.forced">
}

/** The forced alarm is over: the door closed, or somebody cleared the alarm. */
export interface DeviceAlarmForcedCleared extends Heard<"device.alarm.forced.cleared"> {
  /** The forced alarm is over: the door closed, or somebody cleared the alarm. */
  readonly topic: "device.alarm.forced.cleared"
  /** The forced alarm is over: the door closed, or somebody cleared the alarm. */
  readonly body: BodyOf<"device.alarm.forced.cleared">
}

/** A door that was held open for too long has closed. */
export interface DeviceAlarmProppedOff extends Heard<"device.alarm.propped.off"> {
  /** A door that was held open for too long has closed. */
  readonly topic: "device.alarm.propped.off"
  /** A door that was held open for too long has closed. */
  readonly body: BodyOf<"device.alarm.propped.off">
}

/** The door has been held open for longer than its prop period. */
export interface DeviceAlarmProppedOn extends Heard<"device.alarm.propped.on"> {
  /** The door has been held open for longer than its prop period. */
  readonly topic: "device.alarm.propped.on"
  /** The door has been held open for longer than its prop period. */
  readonly body: BodyOf<"device.alarm.propped.on">
}

/** The schedule that keeps the door unlocked has ended. */
export interface DeviceAutoopenOff extends Heard<"device.autoopen.off"> {
  /** The schedule that keeps the door unlocked has ended. */
  readonly topic: "device.autoopen.off"
  /** The schedule that keeps the door unlocked has ended. */
  readonly body: BodyOf<"device.autoopen.off">
}

/** The schedule that keeps the door unlocked has begun. */
export interface DeviceAutoopenOn extends Heard<"device.autoopen.on"> {
  /** The schedule that keeps the door unlocked has begun. */
  readonly topic: "device.autoopen.on"
  /** The schedule that keeps the door unlocked has begun. */
  readonly body: BodyOf<"device.autoopen.on">
}

/** Do not disturb is over: reads at the door are answered again. */
export interface DeviceForcecloseOff extends Heard<"device.forceclose.off"> {
  /** Do not disturb is over: reads at the door are answered again. */
  readonly topic: "device.forceclose.off"
  /** Do not disturb is over: reads at the door are answered again. */
  readonly body: BodyOf<"device.forceclose.off">
}

/** Do not disturb: every read at the door is denied until this is taken back. */
export interface DeviceForcecloseOn extends Heard<"device.forceclose.on"> {
  /** Do not disturb: every read at the door is denied until this is taken back. */
  readonly topic: "device.forceclose.on"
  /** Do not disturb: every read at the door is denied until this is taken back. */
  readonly body: BodyOf<"device.forceclose.on">
}

/** The door is no longer held unlocked by hand. */
export interface DeviceForceopenOff extends Heard<"device.forceopen.off"> {
  /** The door is no longer held unlocked by hand. */
  readonly topic: "device.forceopen.off"
  /** The door is no longer held unlocked by hand. */
  readonly body: BodyOf<"device.forceopen.off">
}

/** Somebody holds the door unlocked until this is taken back. */
export interface DeviceForceopenOn extends Heard<"device.forceopen.on"> {
  /** Somebody holds the door unlocked until this is taken back. */
  readonly topic: "device.forceopen.on"
  /** Somebody holds the door unlocked until this is taken back. */
  readonly body: BodyOf<"device.forceopen.on">
}

/** The door position sensor says that the door is closed now. */
export interface DeviceInputDpsClosed extends Heard<"device.input.dps.closed"> {
  /** The door position sensor says that the door is closed now. */
  readonly topic: "device.input.dps.closed"
  /** The door position sensor says that the door is closed now. */
  readonly body: BodyOf<"device.input.dps.closed">
}

/** The door position sensor says that the door is open now. */
export interface DeviceInputDpsOpened extends Heard<"device.input.dps.opened"> {
  /** The door position sensor says that the door is open now. */
  readonly topic: "device.input.dps.opened"
  /** The door position sensor says that the door is open now. */
  readonly body: BodyOf<"device.input.dps.opened">
}

/** The door is locked now. */
export interface DeviceInputRelayOff extends Heard<"device.input.relay.off"> {
  /** The door is locked now. */
  readonly topic: "device.input.relay.off"
  /** The door is locked now. */
  readonly body: BodyOf<"device.input.relay.off">
}

/** The door is unlocked now. */
export interface DeviceInputRelayOn extends Heard<"device.input.relay.on"> {
  /** The door is unlocked now. */
  readonly topic: "device.input.relay.on"
  /** The door is unlocked now. */
  readonly body: BodyOf<"device.input.relay.on">
}

/** The request to exit is over. */
export interface DeviceInputRexOff extends Heard<"device.input.rex.off"> {
  /** The request to exit is over. */
  readonly topic: "device.input.rex.off"
  /** The request to exit is over. */
  readonly body: BodyOf<"device.input.rex.off">
}

/** Somebody inside asks to leave. */
export interface DeviceInputRexOn extends Heard<"device.input.rex.on"> {
  /** Somebody inside asks to leave. */
  readonly topic: "device.input.rex.on"
  /** Somebody inside asks to leave. */
  readonly body: BodyOf<"device.input.rex.on">
}

/** Somebody the system knows may enter, and does so with this credential. */
export interface DeviceRequestAllowed extends Heard<"device.request.allowed"> {
  /** Somebody the system knows may enter, and does so with this credential. */
  readonly topic: "device.request.allowed"
  /** Somebody the system knows may enter, and does so with this credential. */
  readonly body: BodyOf<"device.request.allowed">
}

/** Somebody the system knows may not enter here, or not now. */
export interface DeviceRequestDenied extends Heard<"device.request.denied"> {
  /** Somebody the system knows may not enter here, or not now. */
  readonly topic: "device.request.denied"
  /** Somebody the system knows may not enter here, or not now. */
  readonly body: BodyOf<"device.request.denied">
}

/** A credential that belongs to nobody was presented. */
export interface DeviceRequestUnknown extends Heard<"device.request.unknown"> {
  /** A credential that belongs to nobody was presented. */
  readonly topic: "device.request.unknown"
  /** A credential that belongs to nobody was presented. */
  readonly body: BodyOf<"device.request.unknown">
}

/** One controller has taken over all it was sent. */
export interface EndpointSyncFinished extends Heard<"endpoint.sync.finished"> {
  /** One controller has taken over all it was sent. */
  readonly topic: "endpoint.sync.finished"
  /** One controller has taken over all it was sent. */
  readonly body: BodyOf<"endpoint.sync.finished">
}

/** Every controller of the cloud node has taken over what it was sent. */
export interface EndpointSyncFinishedAll extends Heard<"endpoint.sync.finished.all"> {
  /** Every controller of the cloud node has taken over what it was sent. */
  readonly topic: "endpoint.sync.finished.all"
  /** Every controller of the cloud node has taken over what it was sent. */
  readonly body: BodyOf<"endpoint.sync.finished.all">
}

/** One controller has begun to take over what it is sent. */
export interface EndpointSyncStarted extends Heard<"endpoint.sync.started"> {
  /** One controller has begun to take over what it is sent. */
  readonly topic: "endpoint.sync.started"
  /** One controller has begun to take over what it is sent. */
  readonly body: BodyOf<"endpoint.sync.started">
}

/** The sentence for a person who reads along, beside the event that it tells of. */
export interface LiveEvent extends Heard<"liveEvent"> {
  /** The sentence for a person who reads along, beside the event that it tells of. */
  readonly topic: "liveEvent"
  /** The sentence for a person who reads along, beside the event that it tells of. */
  readonly body: BodyOf<"liveEvent">
}

/** The registry knows something that the cloud node does not know yet. */
export interface SyncNotSynced extends Heard<"sync.not_synced"> {
  /** The registry knows something that the cloud node does not know yet. */
  readonly topic: "sync.not_synced"
  /** The registry knows something that the cloud node does not know yet. */
  readonly body: BodyOf<"sync.not_synced">
}

/** The cloud node knows all that the registry knows. */
export interface SyncSynced extends Heard<"sync.synced"> {
  /** The cloud node knows all that the registry knows. */
  readonly topic: "sync.synced"
  /** The cloud node knows all that the registry knows. */
  readonly body: BodyOf<"sync.synced">
}
