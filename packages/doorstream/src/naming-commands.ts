/** The commands about listeners with a name. Each is loaded only when it is called. */
import { InvalidArgumentError, type Command } from "commander"
import { folderHelp } from "./operating-commands.js"
import { duration } from "./read-setting.js"

interface ListOptions {
  readonly system?: string
  readonly client?: string
  readonly json?: true
}

interface Told {
  readonly system?: string
  readonly client?: string
}

function within(text: string): number {
  try {
    return Math.round(duration(text))
  } catch (error) {
    throw new InvalidArgumentError(`It ${(error as Error).message}.`)
  }
}

export function addNames(program: Command): void {
  const listener = program
    .command("listener")
    .description("listeners with a name: up to where each has heard, kept while it is away")
    .addHelpText("afterAll", folderHelp)
  listener
    .command("list")
    .description("print every one, whether it is connected or not")
    .option("--system <id>", "only of this system")
    .option("--client <id>", "only of this API client")
    .option("--json", "print a JSON object a line, for programs")
    .action(async (options: ListOptions) => (await import("./commands/names.js")).listNames(options))
  const about = (name: string, description: string) =>
    listener
      .command(name)
      .description(description)
      .argument("<name>", "what it is called")
      .option("--system <id>", "its system; needed where several have a listener of this name")
      .option("--client <id>", "its API client; the same")
  about(
    "forget",
    "forget one that is not connected: when it comes again, it hears what is new from then on",
  ).action(async (name: string, told: Told) => (await import("./commands/names.js")).forgetName(name, told))
  about("require", "have it told when this one is absent or behind for too long; it need not have come yet")
    .requiredOption("--within <time>", "for how long it may be, from 1s to 1d, such as 10s", within)
    .action(async (name: string, told: Told & { within: number }) =>
      (await import("./commands/names.js")).requireName(name, told),
    )
  about("unrequire", "let one be absent or behind again").action(async (name: string, told: Told) =>
    (await import("./commands/names.js")).unrequireName(name, told),
  )
}
