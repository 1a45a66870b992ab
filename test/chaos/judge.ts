/**
 * Compares what a listener heard with the log. It must not know how either was read.
 */

/** What a listener is promised: every event once; or every event, and after a cut some of them again. */
export type Promised = "once" | "at least once"

/** What is wrong with a hearing; all are empty where nothing is. Events are named by their ids. */
export interface Verdict {
  /** In the log and never heard. */
  readonly lost: readonly string[]
  /** Heard again: at all, or for who may hear again, on the same connection. */
  readonly doubled: readonly string[]
  /** Heard after something that stands behind it in the log; or heard again, and not from somewhere on. */
  readonly disordered: readonly string[]
  /** Heard, and not in the log. */
  readonly unknown: readonly string[]
}

/**
 * Judges one listener.
 *
 * @param hearing the ids of what it heard, a list for each of its connections
 * @param log the ids of all that it should have heard, in the log's order
 */
export function judge(
  hearing: readonly (readonly string[])[],
  log: readonly string[],
  promised: Promised,
): Verdict {
  const places = new Map(log.map((id, place) => [id, place]))
  const heard = new Set<string>()
  const verdict = { doubled: [] as string[], disordered: [] as string[], unknown: [] as string[] }
  let next = 0
  for (const connection of hearing) {
    let before = -1
    for (const id of connection) {
      const place = places.get(id)
      if (place === undefined) {
        verdict.unknown.push(id)
        continue
      }
      const isAgain = heard.has(id)
      const isFirstOrNext = before === -1 || place === before + 1
      if (isAgain && (promised === "once" || place <= before)) verdict.doubled.push(id)
      else if (isAgain ? !isFirstOrNext : place < next) verdict.disordered.push(id)
      heard.add(id)
      before = place
      next = Math.max(next, place + 1)
    }
  }
  return { lost: log.filter((id) => !heard.has(id)), ...verdict }
}
