/** The commands that look into a system's past, as they are asked. Each is loaded only when it is called. */
import type { Command } from "commander"
import { folderHelp } from "./operating-commands.js"
import { many } from "./option-words.js"
import { placeWords } from "./past-words.js"
import type { ToldOptions as ReplayOptions } from "./replaying/read-options.js"

const replayHelp = `
It reads the server at DOORSTREAM_URL, and answers on an address of this machine as that one does: the same system, the
same API client and secret, so that the program that is tested needs nothing but the other address. Events are as they
were, ids and times too; they go out as the server received them, and --speed divides the time between two of them. What
stands in the registry is as it is now. Nothing is changed or commanded there: that is refused replay_only.

--from and --to take ${placeWords}.

Examples:
  doorstream replay --from yesterday --to today --speed 60 --port 8090
      yesterday, a minute in a second; then: DOORSTREAM_URL=http://127.0.0.1:8090 doorstream listen --pretty
  doorstream replay --from 2h --speed max --topics 'device.alarm.*'
      the alarms of the last two hours, as fast as they are heard
  doorstream replay --from 2026-11-23T07:00:00Z --to 2026-11-23T09:00:00Z --filter device=front-door --stay
      what happened at one door; the address answers until Ctrl-C
`

export function addReplaying(program: Command, accountHelp: string): void {
  program
    .command("replay")
    .description(
      "let the past happen again, at speed, on an address of this machine, to test a program with it",
    )
    .option("--from <place>", "where the past begins (earliest)")
    .option("--to <place>", "where it ends, a time or a cursor (the end of the log as it is now)")
    .option(
      "--speed <n|max>",
      "how many times faster than it was, 0.01 to 100000, or as fast as it is heard (1)",
    )
    .option("--port <n>", "on 127.0.0.1 (a free one, which is printed)")
    .option("--topics <topics...>", "only these, such as 'device.alarm.*' (all)")
    .option(
      "--filter <filter>",
      "only what is about this: device=…, cloud-node=… or holder=…, ids or externalIds; may be said often",
      many,
    )
    .option("--at-once", "begin although nobody has subscribed yet")
    .option("--stay", "go on to answer when all of it is over")
    .addHelpText("after", replayHelp + accountHelp)
    .action(async (options: ReplayOptions) => (await import("./commands/replay.js")).replayPast(options))
}

const inspectHelp = `
An event is named by a cursor as listeners are told it, by its id, or by the id of the report that caused it. Ids are
looked for from the newest back, which takes a while in a long log. Of connections that ended, the last thousand are known,
for as long as the server runs.

Examples:
  doorstream inspect 1.Jx2bQ8mKp4Vn.2s
  doorstream inspect c9daad36-df91-447e-b199-363e425c3084 --json
`

export function addInspecting(program: Command): void {
  program
    .command("inspect")
    .description("print where an event is in the log, who has heard it, and who has not and why")
    .argument("<cursor|id>", "a cursor, the id of an event, or that of a report")
    .option("--system <id>", "the system (else the one in which it is found)")
    .option("--json", "print one JSON object, for programs")
    .addHelpText("after", inspectHelp + folderHelp)
    .action(async (word: string, options: { system?: string; json?: true }) =>
      (await import("./commands/inspect.js")).inspectWord(word, options),
    )
}
