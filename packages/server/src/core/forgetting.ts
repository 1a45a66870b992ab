/** What an erasure does beside the registry: dead letters that tell of the holder lose their reports in the same write. */
import type { DeadLetters } from "./letters.js"
import { findEverByWord } from "./naming.js"
import type { Beside, KeptHolder, Registry, SystemId } from "./ports.js"

/** What in a report tells of a holder. */
const wordsOf = ({ id, externalId, firstName, lastName, email, credentials }: KeptHolder): string[] =>
  [
    id,
    externalId,
    email,
    `${firstName} ${lastName}`,
    ...credentials.flatMap((card) => [card.id, card.externalId, card.cardNumber]),
  ].filter((word): word is string => typeof word === "string" && word.trim() !== "")

interface Forgetting {
  readonly registry: Pick<Registry, "findEver" | "findNamedEver">
  readonly letters: Pick<DeadLetters, "redact">
}

/**
 * Erases somebody, who may have been removed before.
 *
 * @param word the holder's id or externalId
 * @param erase makes the erasure, and `beside` in the same write
 */
export async function eraseEverywhere<T extends object | undefined>(
  { registry, letters }: Forgetting,
  system: SystemId,
  word: string,
  erase: (beside: Beside) => Promise<T>,
): Promise<T> {
  const told = findEverByWord(registry, "holder", system, word)
  if (told === undefined) return erase([])
  let erased: { readonly answer: T } | undefined
  await letters.redact(system, wordsOf(told), async (beside) => {
    const answer = await erase(beside)
    erased = { answer }
    return answer
  })
  return erased!.answer
}
