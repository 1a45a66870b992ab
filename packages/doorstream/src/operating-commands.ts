/** The commands of an operator, as they are asked. Each is loaded only when it is called. */
import { InvalidArgumentError, type Command } from "commander"

export const folderHelp = `
Speaks to the server that runs on the data folder, or opens the folder itself where none does.

Environment:
  DOORSTREAM_DATA      the data folder (./data)
  DOORSTREAM_OPERATOR_URL, DOORSTREAM_OPERATOR_TOKEN
                       instead of it: a server's operator port, and a token with the scope operate`

const json = ["--json", "print a JSON object a line, for programs"] as const

export function addSystems(program: Command): void {
  const system = program
    .command("system")
    .description("the systems of this server")
    .addHelpText("afterAll", folderHelp)
  system
    .command("create")
    .description("add a system and print its id")
    .requiredOption("--name <name>", "what it is called")
    .action(async (options: { name: string }) => (await import("./commands/system.js")).createSystem(options))
  system
    .command("list")
    .description("print every system: id and name")
    .option(...json)
    .action(async (options: { json?: true }) => (await import("./commands/system.js")).listSystems(options))
  system
    .command("rename")
    .description("call a system otherwise")
    .argument("<id>", "the system")
    .requiredOption("--name <name>", "what it is called from now on")
    .action(async (id: string, options: { name: string }) =>
      (await import("./commands/system.js")).renameSystem(id, options),
    )
  system
    .command("delete")
    .description("remove a system for good, with everything in it: doors, people, events")
    .argument("<id>", "the system")
    .requiredOption("--name <name>", "its name, exactly as it is, so that nothing is deleted by mistake")
    .action(async (id: string, options: { name: string }) =>
      (await import("./commands/system.js")).deleteSystem(id, options),
    )
}

const scopesHelp =
  "what its tokens may do: listen, report, manage, command; or operate, which is all that an operator may, of every system"

const topicHelp = "the topics it may hear: device.alarm.*"
const nodeHelp = "the cloud nodes it may hear of and see, by id or externalId"
const redactedHelp = "tell it pseudonyms for cards and names: Holder 7f3a91c04e2b"

interface ClientOptions {
  readonly name?: string
  readonly system?: string[]
  readonly scope?: string[]
  readonly topic?: string[]
  readonly cloudNode?: string[]
  readonly redacted?: boolean
}

export function addClients(program: Command): void {
  const client = program
    .command("client")
    .description("the API clients that may ask for tokens")
    .addHelpText("afterAll", folderHelp)
  client
    .command("create")
    .description("add an API client and print its id and, this once, its secret")
    .requiredOption("--name <name>", "what it is called")
    .option("--system <id...>", "the systems it may enter; needed unless it may operate")
    .option("--scope <scope...>", `${scopesHelp} (listen unless told)`)
    .option("--topic <topic...>", `${topicHelp} (all unless told)`)
    .option("--cloud-node <id...>", `${nodeHelp} (all unless told)`)
    .option("--redacted", redactedHelp)
    .action(async (options: ClientOptions) => (await import("./commands/client.js")).createClient(options))
  client
    .command("list")
    .description("print every API client: id, name, scopes and systems")
    .option(...json)
    .action(async (options: { json?: true }) => (await import("./commands/client.js")).listClients(options))
  client
    .command("change")
    .description("change what an API client is called or may do; what is not named stays as it is")
    .argument("<id>", "the API client")
    .option("--name <name>", "what it is called")
    .option("--system <id...>", "the systems it may enter, instead of those before")
    .option("--scope <scope...>", `${scopesHelp}; instead of those before`)
    .option("--topic <topic...>", `${topicHelp}; instead of those before, and "*" for all`)
    .option("--cloud-node <id...>", `${nodeHelp}; instead of those before, and "*" for all`)
    .option("--redacted", redactedHelp)
    .option("--no-redacted", "let it see what is personal as it is")
    .action(async (id: string, options: ClientOptions) =>
      (await import("./commands/client.js")).changeClient(id, options),
    )
  client
    .command("revoke")
    .description("remove an API client: its tokens are refused, and its connections are ended, at once")
    .argument("<id>", "the API client")
    .action(async (id: string) => (await import("./commands/client.js")).revokeClient(id))
}

interface ConnectedOptions {
  readonly system?: string
  readonly client?: string
  readonly json?: true
}

const positive = (text: string): string => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1.")
  return text
}

export function addLinks(program: Command): void {
  program
    .command("links")
    .description("print which cloud nodes are linked, and how many reports each may still send at once")
    .option("--system <id>", "only of this system")
    .option(...json)
    .addHelpText("after", folderHelp)
    .action(async (options: Omit<ConnectedOptions, "client">) =>
      (await import("./commands/connected.js")).listLinks(options),
    )
}

export function addWatching(program: Command): void {
  const connected = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("--system <id>", "only of this system")
      .option("--client <id>", "only of this API client")
      .option(...json)
      .addHelpText("after", folderHelp)
  connected("connections", "print who is connected: address, API client, system, transport").action(
    async (options: ConnectedOptions) => (await import("./commands/connected.js")).listConnections(options),
  )
  connected("listeners", "print where every listener reads, and what it is owed").action(
    async (options: ConnectedOptions) => (await import("./commands/connected.js")).listListeners(options),
  )
  program
    .command("audit")
    .description("print who changed or commanded what, from where, and when")
    .option("--system <id>", "only of this system")
    .option("--who <client>", "only by this API client, by its id or name")
    .option(
      "--what <deed>",
      "only this, such as holder.erased; client stands for all that was done to clients",
    )
    .option("--since <time>", "not before this, such as 2026-01-31T12:00:00Z")
    .option("--until <time>", "not after this")
    .option("--last <count>", "how many of the newest", positive, "100")
    .option("--follow", "go on with what is new")
    .option(...json)
    .addHelpText("after", folderHelp)
    .action(async (options: { last: string }) => (await import("./commands/audit.js")).printAudit(options))
}

interface LetterOptions {
  readonly system: string
  readonly code?: string
  readonly all?: true
  readonly json?: true
}

export function addDeadLetters(program: Command): void {
  const letters = program
    .command("dead-letters")
    .description("what was refused of reports: to see, to replay once the cause is mended, or to drop")
    .addHelpText("afterAll", folderHelp)
  const add = (name: string, description: string) =>
    letters.command(name).description(description).requiredOption("--system <id>", "the system")
  const many = (name: string, description: string) =>
    add(name, description)
      .argument("[number]", "one of them")
      .option("--code <code>", "all that were refused with this code")
      .option("--all", "all of them")
  add("list", "print them, the newest first")
    .option("--code <code>", "only those that were refused with this code")
    .option(...json)
    .action(async (options: LetterOptions) =>
      (await import("./commands/dead-letters.js")).listLetters(options),
    )
  add("show", "print one with its report")
    .argument("<number>", "which one")
    .action(async (number: string, options: LetterOptions) =>
      (await import("./commands/dead-letters.js")).showLetter(number, options),
    )
  many("replay", "take them in as if they came now; those that are accepted go").action(
    async (number: string | undefined, options: LetterOptions) =>
      (await import("./commands/dead-letters.js")).replayLetters(number, options),
  )
  many("drop", "let go of them").action(async (number: string | undefined, options: LetterOptions) =>
    (await import("./commands/dead-letters.js")).dropLetters(number, options),
  )
}
