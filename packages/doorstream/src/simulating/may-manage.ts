/** Whether an API client may do what a simulation does over REST. It must not know what that is. */
import { fetchSystemToken, type Account } from "../account.js"
import { Plight } from "../say.js"

function scopesIn(token: string): readonly string[] | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      readonly scope?: unknown
    }
    return typeof claims.scope === "string" ? claims.scope.split(" ") : undefined
  } catch {
    return undefined
  }
}

/**
 * Fails at once and in words where the server does not answer, the account is wrong, or its tokens lack the scope
 * manage. A token that does not tell its scopes is tried.
 */
export async function checkMayManage(account: Account): Promise<void> {
  const scopes = scopesIn(await fetchSystemToken(account))
  if (scopes === undefined || scopes.includes("manage")) return
  throw new Plight(
    `The API client ${account.clientId} lacks the scope manage: a simulation writes doors and registers panels. Make one that has it:\n` +
      `doorstream client create --name Simulator --system ${account.systemId} --scope manage`,
  )
}
