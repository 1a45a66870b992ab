/** Topics about doors: alarms, modes, inputs, and people who ask to enter. */
import { cardText, id, ifKnown, text } from "../fields.js"
import { topic, type CloudNodeOrder, type ReportedTopic, type Sentence } from "./topic.js"

const door = { deviceId: id }

const doorTopic = (
  means: string,
  sentence?: Sentence,
  cloudNode: CloudNodeOrder = "serialNumber first",
): ReportedTopic<typeof door, readonly ["device"]> =>
  topic({
    means,
    envelope: "report",
    body: door,
    embeds: ["device"],
    cloudNode,
    ...(sentence === undefined ? {} : { sentence }),
  })

const recognized = {
  deviceId: id,
  holderId: id,
  credentialId: ifKnown(id),
  requestFactor: ifKnown(text),
  facilityCode: ifKnown(cardText),
  cardNumber: ifKnown(cardText),
}

const asked = 'Person "{holder}" has requested access to the device "{device}".'

/** The first of these is the specification's own sentence; the others are made after it. */
const answered = (outcome: "allowed" | "denied"): Sentence => ({
  CARD_ONLY: `${asked} Access ${outcome}. Person used card for requesting access.`,
  PIN_ONLY: `${asked} Access ${outcome}. Person used PIN for requesting access.`,
  CARD_AND_PIN: `${asked} Access ${outcome}. Person used card and PIN for requesting access.`,
  other: `${asked} Access ${outcome}.`,
})

export const device = {
  "device.alarm.forced": doorTopic(
    "The door opened although nobody was let in and nobody asked to leave.",
    'Device "{device}" has been forced open.',
  ),
  "device.alarm.forced.cleared": doorTopic(
    "The forced alarm is over: the door closed, or somebody cleared the alarm.",
    'Forced alarm of the device "{device}" has been cleared.',
  ),
  "device.alarm.propped.off": doorTopic(
    "A door that was held open for too long has closed.",
    'Device "{device}" is no longer propped open.',
  ),
  "device.alarm.propped.on": doorTopic(
    "The door has been held open for longer than its prop period.",
    'Device "{device}" has been propped open.',
  ),
  "device.autoopen.off": doorTopic(
    "The schedule that keeps the door unlocked has ended.",
    'Auto open of the device "{device}" has been deactivated.',
    "name first",
  ),
  "device.autoopen.on": doorTopic(
    "The schedule that keeps the door unlocked has begun.",
    'Auto open of the device "{device}" has been activated.',
    "name first",
  ),
  "device.forceclose.off": doorTopic(
    "Do not disturb is over: reads at the door are answered again.",
    'Do not disturb of the device "{device}" has been deactivated.',
  ),
  "device.forceclose.on": doorTopic(
    "Do not disturb: every read at the door is denied until this is taken back.",
    'Do not disturb of the device "{device}" has been activated.',
  ),
  "device.forceopen.off": doorTopic(
    "The door is no longer held unlocked by hand.",
    'Force unlock of the device "{device}" has been deactivated.',
  ),
  "device.forceopen.on": doorTopic(
    "Somebody holds the door unlocked until this is taken back.",
    'Force unlock of the device "{device}" has been activated.',
  ),
  "device.input.dps.closed": doorTopic("The door position sensor says that the door is closed now."),
  "device.input.dps.opened": doorTopic("The door position sensor says that the door is open now."),
  "device.input.relay.off": doorTopic("The door is locked now."),
  "device.input.relay.on": doorTopic("The door is unlocked now."),
  "device.input.rex.off": doorTopic("The request to exit is over."),
  "device.input.rex.on": doorTopic("Somebody inside asks to leave."),
  "device.request.allowed": topic({
    means: "Somebody the system knows may enter, and does so with this credential.",
    envelope: "report",
    body: recognized,
    embeds: ["device", "holder"],
    cloudNode: "serialNumber first",
    sentence: answered("allowed"),
  }),
  "device.request.denied": topic({
    means: "Somebody the system knows may not enter here, or not now.",
    envelope: "report",
    body: recognized,
    embeds: ["device", "holder"],
    cloudNode: "serialNumber first",
    sentence: answered("denied"),
  }),
  "device.request.unknown": topic({
    means: "A credential that belongs to nobody was presented.",
    envelope: "report",
    body: { deviceId: id, facilityCode: ifKnown(cardText), cardNumber: ifKnown(cardText) },
    embeds: ["device"],
    cloudNode: "serialNumber first",
    sentence: {
      CARD_ONLY: 'Unknown card has been presented to the device "{device}". Access denied.',
      PIN_ONLY: 'Unknown PIN has been entered at the device "{device}". Access denied.',
      CARD_AND_PIN: 'Unknown card and PIN have been presented to the device "{device}". Access denied.',
      other: 'Unknown credential has been presented to the device "{device}". Access denied.',
    },
  }),
}
