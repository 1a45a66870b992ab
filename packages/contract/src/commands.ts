/** What a door can be told to do from afar. */

/** The commands, by the words that end their paths over REST (facts §3). */
export const commandNames = [
  "try-open",
  "open",
  "close",
  "toggle",
  "do-not-disturb",
  "clear-alarm",
  "virtual-read",
] as const
export type CommandName = (typeof commandNames)[number]

/** A command to a device, without whose device it is. */
export type Command =
  /** Unlocks for so many tenths of a second, 1 to 5400; for the door's own dwell unless told. */
  | { readonly command: "try-open"; readonly dwell?: number | undefined }
  | { readonly command: Exclude<CommandName, "try-open" | "virtual-read"> }
  /** The holder is let in or not, as if present. */
  | { readonly command: "virtual-read"; readonly holderId: string }

export type NodeCommand = Command & { readonly deviceId: string }
