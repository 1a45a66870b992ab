/** `doorstream token`: prints a system token and nothing else. */
import { fetchSystemToken, readAccount } from "../account.js"
import { say } from "../say.js"

export async function printToken(): Promise<void> {
  say(await fetchSystemToken(readAccount(process.env)))
}
