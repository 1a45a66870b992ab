/** Listens for one event of one topic, for a while. It must not know why it comes. */
import { subscribeIsolated, type SubscriptionAnswer, type TopicName } from "@doorstream/contract"
import { io, type Socket } from "socket.io-client"
import { fetchSystemToken, type Account } from "./account.js"
import { Plight } from "./say.js"

export interface Ear {
  /** The first event that is meant, of those that came since this was opened; undefined where none came in time. */
  hear(isMeant: (event: unknown) => boolean, patience: number): Promise<unknown>
  close(): void
}

async function subscribe(socket: Socket, topic: TopicName): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once("connect_error", (error) => reject(new Plight(`Nothing can be heard: ${error.message}`)))
    socket.once("connect", () =>
      socket.emit(subscribeIsolated, { topics: [topic] }, ({ refused }: SubscriptionAnswer) => {
        const [fault] = refused
        if (fault === undefined) resolve()
        else reject(new Plight(`${topic} cannot be heard: ${fault.code}: ${fault.message}`))
      }),
    )
  })
}

/**
 * Begins to listen. A token's life is longer than anybody waits here, so none is renewed.
 *
 * @throws Plight where the server refuses
 */
export async function openEar(account: Account, topic: TopicName): Promise<Ear> {
  const token = await fetchSystemToken(account)
  const socket = io(account.url, {
    transports: ["websocket", "polling"],
    reconnection: false,
    auth: { systemId: account.systemId, token },
  })
  const heard: unknown[] = []
  let tell = (): void => {}
  socket.on(topic, (event: unknown) => {
    heard.push(event)
    tell()
  })
  try {
    await subscribe(socket, topic)
  } catch (error) {
    socket.disconnect()
    throw error
  }
  return {
    hear: (isMeant, patience) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(undefined), patience)
        tell = () => {
          const event = heard.find(isMeant)
          if (event === undefined) return
          clearTimeout(timer)
          resolve(event)
        }
        tell()
      }),
    close: () => void socket.disconnect(),
  }
}
