/** A server for the past of another one: the same system and API client, on a folder that goes when it ends. */
import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  scopes,
  startReplay,
  type ApiClient,
  type ReplaySettings,
  type RunningReplay,
} from "@doorstream/server"
import type { Insist } from "@doorstream/simulator"
import { pino } from "pino"
import { fetchTokens, type Account } from "../account.js"
import { Plight } from "../say.js"
import { version } from "../version.js"
import { readBuilding, readSystem } from "./read-building.js"

interface Claims {
  readonly scope: string
  readonly iat: number
  readonly exp: number
}

/** What a token says; nobody's word is taken for it but the server's that has just given it. */
const claimsIn = (token: string): Claims =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Claims

function clientOf({ clientId, clientSecret, systemId }: Account, { scope }: Claims): ApiClient {
  const granted = scope.split(" ")
  return {
    id: clientId,
    name: clientId,
    secretHash: createHash("sha256").update(clientSecret).digest("hex"),
    systems: [systemId],
    scopes: scopes.filter((each) => each !== "operate" && granted.includes(each)),
    created: new Date().toISOString(),
  }
}

/** What the server of the past is to be like: as the program that is tested knows it. */
async function settingsFor(
  account: Account,
  insist: Insist,
): Promise<Omit<ReplaySettings, "port" | "dataFolder">> {
  const { idToken, systemToken } = await fetchTokens(account)
  const claims = claimsIn(systemToken)
  if (!claims.scope.split(" ").includes("listen"))
    throw new Plight("The API client needs the scope listen: what it may not hear it cannot replay.")
  return {
    system: await readSystem(account, idToken),
    client: clientOf(account, claims),
    building: await readBuilding(insist, account.systemId),
    systemTokenLifetime: claims.exp - claims.iat,
    version,
  }
}

/**
 * Starts it. Its `close` removes the folder, too.
 *
 * @throws Plight where the port is taken
 */
export async function openReplay(account: Account, insist: Insist, port: number): Promise<RunningReplay> {
  const settings = await settingsFor(account, insist)
  const dataFolder = await mkdtemp(join(tmpdir(), "doorstream-replay-"))
  const remove = (): Promise<void> => rm(dataFolder, { recursive: true, force: true })
  const logger = pino({ level: "warn", base: {}, timestamp: pino.stdTimeFunctions.isoTime }, process.stderr)
  try {
    const replay = await startReplay({ ...settings, port, dataFolder }, logger)
    const close = async (): Promise<void> => {
      await replay.close()
      await remove()
    }
    return { ...replay, close }
  } catch (error) {
    await remove()
    const { code } = error as NodeJS.ErrnoException
    throw code === "EADDRINUSE" ? new Plight(`Port ${port} is taken. Choose another with --port.`) : error
  }
}
