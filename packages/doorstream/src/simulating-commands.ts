/** The commands of a virtual building, as they are asked. Each is loaded only when it is called. */
import type { Command } from "commander"
import type { TriggerOptions } from "./commands/trigger.js"
import type { ToldOptions } from "./simulating/read-options.js"

const simulateHelp = `
Scenarios:
  quiet          now and then somebody comes or goes
  morning-rush   everybody arrives within half an hour; a calmer hour follows
  tailgating     people slip in behind others, and some set off an alarm
  cut-cable      a cloud node is away for a minute, again and again, and sends what it kept when it is back
  fire-drill     all doors are held unlocked for five minutes while everybody leaves, and comes back
Without one, something happens every second or two. docs/guides/scenarios.md tells how to write your own.

Examples:
  doorstream simulate --seed 7 --doors 40
      make a building of 40 doors, write it into the system, and let people walk through it
  doorstream simulate --seed 7 --doors 40 --scenario morning-rush --speed 60 --from 2026-11-23T07:30:00Z --for 90m
      a Monday morning in a minute and a half; the same command gives the same events again
  doorstream simulate --seed 7 --remove
      take that building out of the system again

The API client needs the scope manage. How fast it can go is also the server's to say: \`serve\` takes 200 reports a second
of each cloud node, unless DOORSTREAM_NODE_REPORTS_PER_SECOND is set there.
`

const triggerHelp = `
It acts on the door, or on the cloud node; the event is the consequence. What must be so first is done first. The
building is that of \`npm start\` or \`doorstream simulate\`, run by the same user. --wait needs the scope listen.

Examples:
  doorstream trigger device.alarm.forced --door "Front Door"
  doorstream trigger device.alarm.propped.on --door "Front Door" --wait 1m
  doorstream trigger sync.not_synced
`

export function addSimulating(program: Command, accountHelp: string): void {
  program
    .command("simulate")
    .description("run a virtual building: doors that behave, people who walk through them")
    .option("--seed <n>", "the same seed gives the same building and events (else by chance, and printed)")
    .option("--doors <n>", "make a building of so many doors, up to 10000 (else the system's own is run)")
    .option("--people <n>", "how many people it has (two for each door, 10 to 2000)")
    .option("--timezone <zones...>", "IANA names that its cloud nodes have by turns (UTC)")
    .option("--speed <n|max>", "how many times faster than the world, 0.01 to 100000 (1)")
    .option("--scenario <name|file>", "what happens")
    .option("--from <time>", "when its time begins, such as 2026-11-23T07:00:00Z (now)")
    .option("--for <duration>", "end after so much of its time, such as 1h30m (else Ctrl-C ends it)")
    .option("--take-over", "be cloud nodes whose panels are registered already: their hardware is locked out")
    .option("--remove", "only take out what --seed and --doors have written")
    .addHelpText("after", simulateHelp + accountHelp)
    .action(async (options: ToldOptions) => (await import("./commands/simulate.js")).simulate(options))
  program
    .command("trigger")
    .description("make one thing happen now in the virtual building that runs on this machine")
    .argument("[topic]", "what is to be heard, such as device.alarm.forced; without one, all are listed")
    .option("--door <name|id>", "where (else at the first door at which it can happen)")
    .option("--system <id>", "in which system's building (else DOORSTREAM_SYSTEM, or the only one)")
    .option("--wait <duration>", "listen for the event for so long, and print it as listen does")
    .addHelpText("after", triggerHelp + accountHelp)
    .action(async (topic: string | undefined, options: TriggerOptions) =>
      (await import("./commands/trigger.js")).trigger(topic, options),
    )
}
