/** How a command that runs for long is asked to end. */

const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"]

/** Resolves with the name of the first signal that asks this process to end; a second one ends it at once. */
export function signalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const hear = (signal: NodeJS.Signals): void => {
      for (const each of signals) process.off(each, hear)
      resolve(signal)
    }
    for (const each of signals) process.on(each, hear)
  })
}
