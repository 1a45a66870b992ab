/** Listening to a Doorstream, in Node and in browsers. */
export { DoorstreamError, type ClientCode, type Code, type Trouble } from "./errors.js"
export type * from "./events.js"
export type { EventsByTopic } from "./events-by-topic.js"
export type { BodyOf, Heard, HeardGap, HeardState } from "./heard.js"
export { commands, type Commands, type Door } from "./commands.js"
export { getState, type StateSettings } from "./get-state.js"
export { listen, type Extras, type HeardBy, type ListenOptions } from "./listen.js"
export type { Listening } from "./listening.js"
export { localStorageStore } from "./local-storage.js"
export type { CallSettings } from "./call.js"
export type { After, CursorStore, ListenSettings, Reconnect } from "./options.js"
export { on, type Hearers, type Hearing } from "./on.js"
export {
  report,
  type NewReport,
  type NewReportOf,
  type ReportOutcome,
  type ReportSettings,
} from "./report.js"
export type { TokenSource } from "./tokens.js"
export type { MeantBy, Word } from "./topics.js"
