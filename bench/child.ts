/** What a server under measurement tells the benchmark: its address, and on demand what it has used. */

/** The CPU time that a server has used so far, and the memory that it holds. */
export interface Used {
  readonly cpuMicroseconds: number
  readonly residentBytes: number
  /** What of it is objects and buffers: the rest is code, and pages of the log that the kernel lends. */
  readonly heapBytes: number
}

/** What the parent asks for beside: so many tokens that lapse at the same moment. */
export interface AskedForTokens {
  readonly tokens: number
}

const asksForTokens = (message: unknown): message is AskedForTokens =>
  typeof message === "object" && message !== null && "tokens" in message

/**
 * Tells the parent where the server is, answers what it has used, and ends when the parent says so or goes.
 *
 * @param issue signs so many tokens, where there are any
 */
export function serveParent(
  url: string,
  close: () => Promise<void>,
  issue: (count: number) => Promise<readonly string[]> = () => Promise.resolve([]),
): void {
  const end = (): void => {
    void close().finally(() => process.exit())
  }
  process.on("message", (message) => {
    if (message === "end") return end()
    if (asksForTokens(message)) return void issue(message.tokens).then((tokens) => process.send?.(tokens))
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    process.send?.({
      cpuMicroseconds: user + system,
      residentBytes: process.memoryUsage.rss(),
      heapBytes: heapUsed + arrayBuffers,
    } satisfies Used)
  })
  process.on("disconnect", end)
  process.send?.({ url })
}
