/**
 * `doorstream listen`: prints events as they come, renews its token by itself and comes back after a cut. It loads no
 * part of the server.
 */
import {
  invalidToken,
  renewedToken,
  streamGap,
  streamRefused,
  subscribeIsolated,
  type SubscriptionAnswer,
} from "@doorstream/contract"
import { io, type Socket } from "socket.io-client"
import { fetchSystemToken, readAccount, type Account, RefusedForGood } from "../account.js"
import { Plight, remark, say, whenReaderGoes } from "../say.js"
import { prettyLine } from "./pretty.js"

export interface ListenOptions {
  readonly pretty?: true
}

interface ConnectRefusal extends Error {
  readonly data?: { readonly code?: string; readonly message?: string }
}

/** The names that carry no event. */
const control = new Set([invalidToken, streamRefused])

function connect(account: Account, failed: (plight: Plight) => void): Socket {
  const socket = io(account.url, {
    transports: ["websocket", "polling"],
    // Asked for at every connect, so that a reconnect never comes with an old token.
    auth: (give) => {
      fetchSystemToken(account).then(
        (token) => give({ systemId: account.systemId, token }),
        (error: unknown) => {
          if (error instanceof RefusedForGood) return failed(error)
          remark(`doorstream: ${(error as Error).message} Trying again.`)
          socket.io.engine.close()
        },
      )
    },
  })
  return socket
}

/** Fetches one new token at a time, however many events were answered by `invalidToken`. */
function renewBy(account: Account, socket: Socket, failed: (plight: Plight) => void): () => void {
  let isRenewing = false
  return () => {
    if (isRenewing) return
    isRenewing = true
    fetchSystemToken(account)
      .then((token) => socket.emit(renewedToken, { token }))
      .catch((error: unknown) => {
        if (error instanceof RefusedForGood) return failed(error)
        remark(`doorstream: the token could not be renewed: ${(error as Error).message}`)
      })
      .finally(() => (isRenewing = false))
  }
}

function subscribe(socket: Socket, topics: readonly string[], failed: (plight: Plight) => void): void {
  socket.emit(subscribeIsolated, { topics }, ({ topics: heard, refused }: SubscriptionAnswer) => {
    for (const { topic, message } of refused) remark(`doorstream: ${topic}: ${message}`)
    if (heard.length === 0) failed(new Plight("There is nothing to listen to."))
  })
}

/** Listens until Ctrl-C. */
export async function listen(topics: readonly string[], { pretty }: ListenOptions): Promise<void> {
  const account = readAccount(process.env)
  // Fails at once and in words where the server or the credentials are wrong; later cuts are waited out.
  await fetchSystemToken(account)

  await new Promise<void>((resolve, reject) => {
    const socket = connect(account, (plight) => end(plight))
    const end = (plight?: Plight): void => {
      socket.disconnect()
      if (plight === undefined) resolve()
      else reject(plight)
    }
    process.once("SIGINT", () => end()).once("SIGTERM", () => end())
    whenReaderGoes(end)

    socket.on("connect", () => {
      remark(`doorstream: listening at ${account.url}`)
      subscribe(socket, topics.length === 0 ? ["*"] : topics, end)
    })
    socket.on("disconnect", (reason) => {
      if (reason !== "io client disconnect")
        remark(`doorstream: the connection is gone (${reason}); coming back.`)
      // Its token was revoked: where the API client was not, there is another one to be had.
      if (reason === "io server disconnect") socket.connect()
    })
    socket.on("connect_error", ({ data }: ConnectRefusal) => {
      if (data?.code !== undefined) end(new Plight(`${data.code}: ${data.message}`))
    })
    socket.on(invalidToken, renewBy(account, socket, end))
    socket.onAny((topic: string, event: unknown) => {
      if (control.has(topic)) return
      if (topic === streamGap)
        remark(`doorstream: events are gone that were not heard: ${JSON.stringify(event)}`)
      say(pretty ? prettyLine(topic, event) : JSON.stringify({ topic, event }))
    })
  })
}
