/** The settings that are the operator's: what is kept for one, and where one is answered. */
import type { ServerSettings } from "@doorstream/server"
import type { Settings } from "./settings.js"

export const readOperating = (
  settings: Settings,
): Pick<ServerSettings, "deadLetters" | "auditAge" | "listenerAge" | "operatorPort"> => ({
  deadLetters: { count: settings.DOORSTREAM_DEAD_LETTERS, bytes: settings.DOORSTREAM_DEAD_LETTERS_SIZE },
  auditAge: settings.DOORSTREAM_AUDIT_AGE,
  listenerAge: settings.DOORSTREAM_LISTENER_AGE,
  ...(settings.DOORSTREAM_OPERATOR_PORT === undefined
    ? {}
    : { operatorPort: settings.DOORSTREAM_OPERATOR_PORT }),
})
