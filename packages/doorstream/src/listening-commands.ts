/** The command that listens, as it is asked. It is loaded only when it is called. */
import type { Command } from "commander"
import type { ToldOptions } from "./listening/read-options.js"
import { many } from "./option-words.js"
import { placeWords } from "./past-words.js"

const help = `
Each event comes once and in order, also after a cut. What is kept no longer is told as stream.gap. --after takes
${placeWords}. A filter is device=…, cloud-node=… or holder=…, with ids or externalIds and commas between them.

Examples:
  doorstream listen --pretty
      everything, for a person
  doorstream listen 'device.alarm.*' --after yesterday
      the alarms since yesterday's midnight, and those that come
  doorstream listen --filter device=front-door,back-door --pretty
      what happens at two doors
  doorstream listen --state --pretty
      how all doors are now, then what changes
  doorstream listen liveEvent --after earliest --keep cursor.txt >>events.jsonl
      all that is kept; started again, it goes on where it was
`

export function addListening(program: Command, accountHelp: string): void {
  program
    .command("listen")
    .description("print events as they come, one JSON object a line")
    .argument(
      "[topics...]",
      "topics to hear, such as device.request.allowed or 'device.alarm.*'; all where none is named",
    )
    .option("--pretty", "print lines for a person instead")
    .option("--after <place>", "begin in the past (else with what is new)")
    .option(
      "--filter <filter>",
      "only what is about this, such as device=front-door; may be said often",
      many,
    )
    .option("--state", "print first how all doors and cloud nodes are, then what changes")
    .option("--cursors", "print with each event the cursor after which to go on")
    .option("--keep <file>", "keep the cursor in a file, and go on after it when started again")
    .addHelpText("after", help + accountHelp)
    .action(async (topics: string[], options: ToldOptions) =>
      (await import("./commands/listen.js")).listen(topics, options),
    )
}
