/** The contract: what is said between cloud nodes, the server and its listeners. */
export type * from "./building-file.js"
export { commandNames, type Command, type CommandName, type NodeCommand } from "./commands.js"
export * from "./entities.js"
export * from "./envelopes.js"
export { ifKnown, type Field, type FieldKind, type Fields, type ValuesOf } from "./fields.js"
export {
  closeCodeOf,
  commandObjections,
  linkFrameBytes,
  linkPath,
  linkVersions,
  proofText,
  syncedKinds,
  type CommandObjection,
  type NodeMessage,
  type ServerMessage,
  type SyncedKind,
  type SyncedObject,
  type VersionRange,
} from "./link.js"
export { tell, type Placeholder, type Told } from "./live-event.js"
export * from "./messages.js"
export type { NounName, Written, WrittenField, WrittenFields, WrittenKind } from "./nouns/field.js"
export { nounNames, nouns, referredBy, wordsOf, type Nouns } from "./nouns/index.js"
export { faultOfWhole, type Fault } from "./nouns/whole.js"
export {
  erasedName,
  redactedCredential,
  redactedEvent,
  redactedHolder,
  redactedReport,
  redactedUser,
  tellsOfHolder,
  tellsPersonal,
  withoutErased,
  type PersonalKind,
  type Scramble,
} from "./personal.js"
export * from "./refusals.js"
export * from "./reports.js"
export { fold, changeCloudNode, changeDoor, isRemovedBy } from "./state.js"
export * from "./state-told.js"
export { subjectOf, type Subject } from "./subjects.js"
export {
  isReportable,
  isTopicName,
  reportableTopics,
  topicEntry,
  topicNames,
  topics,
  topicsMeantBy,
  type ReportableTopic,
  type TopicName,
} from "./topics/index.js"
export type * from "./topics/topic.js"
