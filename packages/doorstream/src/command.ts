/** The `doorstream` command: what it knows and how it is asked. Each command is loaded only when it is called. */
import { Command } from "commander"
import {
  addClients,
  addDeadLetters,
  addSystems,
  addLinks,
  addWatching,
  folderHelp,
} from "./operating-commands.js"
import { addListening } from "./listening-commands.js"
import { addNames } from "./naming-commands.js"
import { addInspecting, addReplaying } from "./past-commands.js"
import { Plight, remark, styled, whenReaderGoes } from "./say.js"
import { addSimulating } from "./simulating-commands.js"
import { SettingsError, settingsHelp } from "./settings.js"
import { version } from "./version.js"

const accountHelp = `
Environment:
  DOORSTREAM_URL       the server (else made of HOST and PORT: http://127.0.0.1:8080)
  DOORSTREAM_CLIENT    the API client (demo)
  DOORSTREAM_SECRET    its secret (the demo's)
  DOORSTREAM_SYSTEM    the system (the demo's)`

function addServing(program: Command): void {
  program
    .command("serve")
    .description("run the server; its settings come from the environment")
    .addHelpText("after", () => `\nEnvironment:\n${settingsHelp()}`)
    .action(async () => (await import("./commands/serve.js")).serve())
  program
    .command("demo")
    .description("run the server with a virtual building, for this machine only (npm start)")
    .addHelpText(
      "after",
      () => `\nEnvironment (what is required by serve has a default here):\n${settingsHelp()}`,
    )
    .action(async () => (await import("./commands/demo.js")).demo())
}

function addToken(program: Command): void {
  const token = program
    .command("token")
    .description("print a system token and nothing else")
    .addHelpText("after", accountHelp)
    .action(async () => (await import("./commands/token.js")).printToken())
  token
    .command("revoke")
    .description("make a system token good for nothing, at once; whoever listens with it is ended")
    .argument("<token>", "the token or its id (jti); - reads it from standard input")
    .addHelpText("after", folderHelp)
    .action(async (text: string) => (await import("./commands/revoke-token.js")).revokeToken(text))
}

function addBuildings(program: Command): void {
  program
    .command("apply")
    .description("bring a system to what a file says, after showing what that changes")
    .argument("<file>", "YAML or JSON, as export writes it; - reads standard input")
    .requiredOption("--system <id>", "the system")
    .option("--dry-run", "only show what would change")
    .option("--yes", "remove what the file does not name without asking")
    .addHelpText("after", folderHelp)
    .action(async (file: string, options: { system: string; dryRun?: true; yes?: true }) =>
      (await import("./commands/building.js")).apply(file, options),
    )
  program
    .command("export")
    .description("write a system as the file that apply takes")
    .argument("[file]", "where to; else standard output")
    .requiredOption("--system <id>", "the system")
    .addHelpText("after", folderHelp)
    .action(async (file: string | undefined, options: { system: string }) =>
      (await import("./commands/building.js")).exportTo(file, options),
    )
}

function addPrivacy(program: Command): void {
  program
    .command("holder")
    .description("the people of a system")
    .addHelpText("afterAll", folderHelp)
    .command("erase")
    .description("forget a person for good: name, credentials and PIN, and what events tell of them")
    .argument("<holder>", "the holder's id or externalId; one who was removed is found by the id")
    .requiredOption("--system <id>", "the system")
    .action(async (holder: string, options: { system: string }) =>
      (await import("./commands/holder.js")).eraseHolder(holder, options),
    )
}

function addKeeping(program: Command): void {
  program
    .command("keys")
    .description("the keys that sign tokens")
    .addHelpText("afterAll", folderHelp)
    .command("rotate")
    .description("make a new key that signs from now on, and print its id; tokens that still live stay good")
    .action(async () => (await import("./commands/keys.js")).rotateKeys())
}

function addBackups(program: Command): void {
  program
    .command("backup")
    .description("copy the data folder, keys included, while the server runs or not")
    .argument("<path>", "the folder to make; nothing may be there")
    .addHelpText("after", folderHelp)
    .action(async (path: string) => (await import("./commands/backup.js")).makeBackup(path))
  program
    .command("restore")
    .description("put a backup into a new data folder, verify it, and begin a new epoch of its logs")
    .argument("<backup>", "what `doorstream backup` has made")
    .argument("[folder]", "the new data folder, which may be empty (else DOORSTREAM_DATA)")
    .action(async (backup: string, folder?: string) =>
      (await import("./commands/backup.js")).restore(backup, folder),
    )
  program
    .command("verify")
    .description("read a whole data folder or backup and print what is wrong; exit code 1 if anything is")
    .argument("[folder]", "a backup, or a data folder on which no server runs (else DOORSTREAM_DATA)")
    .action(async (folder?: string) => (await import("./commands/backup.js")).verify(folder))
}

function makeProgram(): Command {
  const program = new Command("doorstream")
    .description("A self-hosted Streaming API server for access control.")
    .version(version, "-V, --version")
    .showHelpAfterError("(add --help for what this command knows)")
    .showSuggestionAfterError()
  addServing(program)
  addToken(program)
  addListening(program, accountHelp)
  addReplaying(program, accountHelp)
  addSimulating(program, accountHelp)
  addSystems(program)
  addClients(program)
  addWatching(program)
  addInspecting(program)
  addLinks(program)
  addNames(program)
  addDeadLetters(program)
  addBuildings(program)
  addPrivacy(program)
  addKeeping(program)
  addBackups(program)
  return program
}

/** What the user can mend is said in words; anything else is a bug and keeps its stack trace. */
function fail(error: unknown): void {
  const inWords = error instanceof Plight || error instanceof SettingsError
  const text = inWords
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error)
  for (const line of text.split("\n")) remark(`${styled("red", "doorstream:", process.stderr)} ${line}`)
  process.exitCode = 1
}

/** Runs the command with the arguments after its name. Sets the exit code; never exits by itself. */
export async function run(args: readonly string[]): Promise<void> {
  // Whoever reads with `| head` has seen enough; those that go on until they are told end by it.
  whenReaderGoes(() => {})
  try {
    await makeProgram().parseAsync(args, { from: "user" })
  } catch (error) {
    fail(error)
  }
}
