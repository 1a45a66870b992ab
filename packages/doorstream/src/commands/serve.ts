/** `doorstream serve`: the plain server. Its log goes to stdout, a JSON object a line. */
import { runServer } from "../run-server.js"
import { readSettings } from "../settings.js"

export async function serve(): Promise<void> {
  const settings = readSettings(process.env)
  await runServer({
    settings,
    logTo: process.stdout,
    publicUrl: settings.DOORSTREAM_PUBLIC_URL,
    started: () => Promise.resolve(() => Promise.resolve()),
  })
}
