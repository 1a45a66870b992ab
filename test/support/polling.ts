/** A listener on HTTP long polling by hand, Engine.IO 4: it hears only when the test polls. */

export interface Polling {
  /** Posts one packet, such as `42["subscribeIsolated",…]`. */
  send(packet: string): Promise<void>
  /** Asks once, and waits for what there is: packets as they came, as text. */
  poll(): Promise<readonly string[]>
}

/** Connects and subscribes, with the token in the URL. */
export async function listenByPolling(
  url: string,
  token: string,
  topics: readonly string[],
): Promise<Polling> {
  const address = `${url}/socket.io/?EIO=4&transport=polling&token=${token}`
  const ask = async (at: string, packet?: string): Promise<readonly string[]> => {
    const response = await fetch(at, packet === undefined ? {} : { method: "POST", body: packet })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${response.status} ${text}`)
    return text.split("\x1e")
  }
  const [handshake = ""] = await ask(address)
  const { sid } = JSON.parse(handshake.slice(1)) as { sid: string }
  const polling: Polling = {
    send: async (packet) => void (await ask(`${address}&sid=${sid}`, packet)),
    poll: () => ask(`${address}&sid=${sid}`),
  }
  await polling.send("40")
  await polling.poll()
  await polling.send(`421["subscribeIsolated",${JSON.stringify({ topics })}]`)
  const [answer = ""] = await polling.poll()
  if (!answer.startsWith("431")) throw new Error(answer)
  return polling
}
