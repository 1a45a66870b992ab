/** A request as node sends it, for what fetch would not send. */
import { once } from "node:events"
import { request, type IncomingMessage, type RequestOptions } from "node:http"

/** Resolves with the answer and its text. */
export async function ask(
  url: string,
  options: RequestOptions,
  body = "",
): Promise<IncomingMessage & { text: string }> {
  const asking = request(url, options)
  asking.end(body)
  const [response] = (await once(asking, "response")) as [IncomingMessage]
  const text = Buffer.concat((await response.toArray()) as Buffer[]).toString()
  return Object.assign(response, { text })
}
