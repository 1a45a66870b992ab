/** Names of this machine, by which no page elsewhere can reach it. It must not know who is asked. */

/** Whether a Host header names this machine by loopback: localhost, 127.0.0.0/8 or ::1, with any port. */
export function isLoopbackName(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, "").toLowerCase() ?? ""
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(name)
  )
}
