/** Which of the words that there are somebody may have meant. It must not know what the words stand for. */

/** How many letters must be changed, added, left out or swapped with the next one. */
function distance(one: string, other: string): number {
  let [older, old]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)]
  for (let row = 1; row <= one.length; row++) {
    const line = [row]
    for (let at = 1; at <= other.length; at++) {
      const isSame = one[row - 1] === other[at - 1]
      const isSwapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]
      const least = Math.min(old[at]! + 1, line[at - 1]! + 1, old[at - 1]! + (isSame ? 0 : 1))
      line.push(isSwapped ? Math.min(least, older[at - 2]! + 1) : least)
    }
    ;[older, old] = [old, line]
  }
  return old[other.length]!
}

/** A third of the letters may be wrong. */
const share = 1 / 3

/**
 * The word that is nearest to what somebody wrote; one that has it as a part counts as near. Undefined where none is.
 *
 * @example nearest("device.alarm.forcd", topicNames) // "device.alarm.forced"
 */
export function nearest(written: string, words: readonly string[]): string | undefined {
  const said = written.toLowerCase()
  const ranked = words
    .map((word) => ({ word, far: distance(said, word.toLowerCase()) }))
    .toSorted((one, other) => one.far - other.far)
  const [first] = ranked
  if (first !== undefined && first.far <= Math.max(1, Math.floor(said.length * share))) return first.word
  return said.length < 3 ? undefined : ranked.find(({ word }) => word.toLowerCase().includes(said))?.word
}

/** The question that goes behind a refusal of a word; nothing where no word is near. */
export function didYouMean(written: string, words: readonly string[]): string {
  const word = nearest(written, words)
  return word === undefined ? "" : ` Did you mean ${word}?`
}
